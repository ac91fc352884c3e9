import { expect, test } from "bun:test";
import { field } from "../../../src/framework/field.ts";
import { pathHelp, rootHelp } from "../../../src/framework/help.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../src/framework/json.ts";
import { definePath } from "../../../src/framework/path.ts";
import recorded from "./recorded.json" with { type: "json" };

const handler = () => undefined;
const exists = async () => false;

const config = definePath({
  pattern: "config",
  help: { synopsis: "Configure the zoo.", description: "\nAll fields are optional.\n\n  * one\n\n  * two\n" },
  fields: {
    access_key: field.string("  The key,\n  on\ttwo lines.  ", { sensitive: true }),
    old_key: field.string("Use access_key.\n\nTruly.", { deprecated: true }),
    silent: field.bool(""),
    opened: field.time("When it opened.", { required: true }),
  },
  exists,
  operations: {
    create: handler,
    update: handler,
    read: { handler, summary: "Read it.", description: "\nAll but the key.\n" },
    delete: handler,
    patch: { handler, summary: "Change it.", deprecated: true },
  },
});

const animals = definePath({
  pattern: "animals/",
  help: { synopsis: "List the animals.", description: "" },
  fields: {
    after: field.string("Start behind it.", { query: true }),
    limit: field.int("At most so many.", { query: true, default: 0 }),
  },
  operations: { list: handler },
});

const animal = definePath({
  pattern: "animals/{name}",
  help: { synopsis: "Keep\n  the animals.", description: "Animals are kept here." },
  display: { operationPrefix: "zoo", operationSuffix: "animal", itemType: "Animal", navigation: true, value: 0 },
  fields: {
    name: field.nameString("Name of the animal."),
    nickname: field.lowerCaseString("Its nickname.", { default: "" }),
    legs: field.int("How many legs.", { default: 4, required: true }),
    hairs: field.int64("How many hairs."),
    weight: field.float("In kilograms.", { default: 0.5 }),
    tame: field.bool("Whether it bites.", { default: false }),
    traits: field.map("Anything else."),
    nap: field.seconds("How long it sleeps.", { default: 3600 }),
    drift: field.signedSeconds("How late it is."),
    toys: field.slice("Its toys."),
    friends: field.stringSlice("Its friends."),
    foods: field.commaStringSlice("Its foods.", { default: ["hay", "oats"] }),
    cages: field.commaIntSlice("Its cages."),
    labels: field.keyPairs("Its labels."),
    headers: field.header("Its headers."),
    born: field.time("Its birthday."),
    kind: field.oneOf(["cat", "dog"], "Its kind.", { required: true }),
    verbosely: field.bool("Tell more.", { query: true }),
  },
  exists,
  operations: {
    create: handler,
    update: {
      handler,
      summary: "Keep an animal.",
      example: { kind: "cat" },
      responses: {
        200: { description: "Kept.", fields: { cages: field.commaIntSlice("Its new cages.") } },
        204: { description: "Nothing changed." },
      },
    },
    read: { handler, summary: "Look at it.", display: { operationVerb: "look-at" } },
    delete: { handler, summary: "Let it go." },
  },
});

const keys = definePath({
  pattern: "keys/{key_id@}/user_pool/",
  help: { synopsis: "Keys.", description: "" },
  root: true,
  fields: { key_id: field.string("Which key.", { deprecated: true }) },
  operations: { list: handler, read: { handler, unpublished: true } },
});

const notes = definePath({
  pattern: "notes/{path*}",
  help: { synopsis: "Take notes.", description: "" },
  takesArbitraryInput: true,
  fields: { path: field.string("Where.") },
  operations: { update: handler },
});

const drafts = definePath({
  pattern: "v1.2/drafts",
  help: { synopsis: "", description: "" },
  takesArbitraryInput: true,
  fields: { title: field.string("") },
  exists,
  operations: { create: handler },
});

const status = definePath({
  pattern: "status",
  help: { synopsis: "", description: "" },
  unauthenticated: true,
  fields: {},
  operations: { read: handler },
});

const internal = definePath({
  pattern: "internal",
  help: { synopsis: "Nothing to see.", description: "" },
  fields: {},
  operations: { read: { handler, unpublished: true } },
});

const paths = [config, animals, animal, keys, notes, drafts, status, internal].map(({ described }) => described);
const about = "\nThe zoo keeps animals.\n\nIt opens\tat nine.\n";

function ask(path: string, data: JsonObject): JsonObject | undefined {
  const context = { data, hostVersion: "1.21.0" };
  if (path === "") return rootHelp(about, paths, context).data;
  const asked = paths.find(({ pattern }) => pattern.match(path) !== undefined);
  return asked && pathHelp(asked, path, context).data;
}

/** Without the second spelling of references that only hosts read. */
function withoutRef(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutRef);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "ref" || value.$ref === undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutRef(each)]));
}

for (const { path, data, answer } of recorded as { path: string; data: JsonObject | null; answer: JsonObject }[]) {
  const title = `help on "${path}"${data === null ? "" : `, mounted as ${data.requestResponsePrefix}`}`;
  test(title, () => {
    const ours = ask(path, data ?? {});
    expect(ours?.help).toBe(answer.help as string);
    expect(withoutRef(JSON.parse(JSON.stringify(ours?.openapi)))).toEqual(answer.openapi as Json);
    expect(ours?.see_also).toBe(null);
  });
}
