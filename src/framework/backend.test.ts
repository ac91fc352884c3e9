import { expect, test } from "bun:test";
import { type BackendDeclaration, defineBackend } from "./define-backend.ts";
import { InternalError, ReadOnlyError, UnsupportedOperationError, UnsupportedPathError } from "./errors.ts";
import { definePath, field, type PathRequest, type Response, UserError } from "./index.ts";
import type { Mount } from "./mount.ts";
import { defineSecret } from "./secret.ts";
import { getJson, putJson } from "./storage.ts";
import { TestMount } from "./testing/test-mount.ts";

const noteFields = {
  name: field.lowerCaseString("Name of the note."),
  text: field.string("What it says."),
  days: field.int("How long it is kept.", { default: 7 }),
};

/** A small engine: notes, and loans of a note that end with their lease. */
function notes(mount: Mount) {
  const returned: string[] = [];
  const loan = defineSecret({
    type: "loan",
    internal: { note: field.string("The note.", { required: true }), shelf: field.string("Where it belongs.") },
    renew: async ({ internal }) => ({ ttl: 60, maxTtl: 120, internal: { shelf: internal.shelf ?? "found" } }),
    async revoke({ internal }) {
      returned.push(`${internal.note}@${internal.shelf}`);
      await putJson(mount.storage, "returned", returned);
    },
  });
  const write = async ({ data, given }: PathRequest<typeof noteFields, "name">): Promise<Response | undefined> => {
    const before = ((await getJson(mount.storage, `notes/${data.name}`)) ?? {}) as object;
    await putJson(mount.storage, `notes/${data.name}`, { ...before, ...given });
    return undefined;
  };
  const one = definePath({
    pattern: "notes/{name}",
    help: { synopsis: "Keep notes.", description: "Notes are kept by name." },
    fields: noteFields,
    exists: async ({ data }) => (await getJson(mount.storage, `notes/${data.name}`)) !== undefined,
    operations: {
      create: write,
      update: write,
      async read({ data }) {
        const note = (await getJson(mount.storage, `notes/${data.name}`)) as Record<string, string> | undefined;
        return note && { data: note };
      },
    },
  });
  const lend = definePath({
    pattern: "loans/{name}",
    help: { synopsis: "Borrow a note.", description: "" },
    fields: { name: field.string("Name of the note.") },
    operations: {
      read: {
        forwardPerformanceStandby: true,
        handler: ({ data }) =>
          loan.issue({ data: { note: data.name }, internal: { note: data.name }, ttl: 30, maxTtl: 0 }),
      },
    },
  });
  return defineBackend({ mount, help: "Notes.", paths: [one, lend], secrets: [loan], sealWrapStorage: ["notes/"] });
}

test("a partial write changes only what it gives, and defaults are not written", async () => {
  const mount = await TestMount.open(notes);
  await mount.write("notes/a", { text: "hello", days: "3" });
  await mount.write("notes/a", { text: "bye" });
  expect((await mount.read("notes/a")).data).toEqual({ text: "bye", days: 3 });
});

test("what a path captures beats the body, and the caller is told", async () => {
  const mount = await TestMount.open(notes);
  const { warnings } = await mount.write("notes/a", { name: "b", text: "x", colour: "red", aim: 1 });
  expect(warnings).toEqual([
    "Endpoint ignored these unrecognized parameters: [aim colour]",
    "Endpoint replaced the value of these parameters with the values captured from the endpoint's path: [name]",
  ]);
  expect(Object.keys(mount.storage.contents())).toEqual(["notes/a"]);
});

test("a write that lacks a field is told the misspelt name of it, as hosts drop the warnings of an error", async () => {
  const needy = definePath({
    pattern: "needy",
    help: { synopsis: "Needs a note.", description: "" },
    fields: { note: field.string("The note.") },
    operations: {
      read: () => {
        throw new UserError("there is no note");
      },
      update: () => {
        throw new UserError("note is needed");
      },
    },
  });
  const mount = await TestMount.open((mount) => defineBackend({ mount, help: "", paths: [needy] }));
  await expect(mount.write("needy", { noot: "x" })).rejects.toThrow(
    new UserError("note is needed; Endpoint ignored these unrecognized parameters: [noot]"),
  );
  await expect(mount.write("needy")).rejects.toThrow(new UserError("note is needed"));
  await expect(mount.read("needy", { noot: "x" })).rejects.toThrow(new UserError("there is no note"));
});

test("a missing thing stays missing, whatever else the request carries", async () => {
  const mount = await TestMount.open(notes);
  const request = { operation: "read", path: "notes/none", data: { colour: "red" } } as const;
  const { signal } = new AbortController();
  const rest = {
    id: "1",
    mountPoint: "",
    mountType: "",
    displayName: "",
    entityId: "",
    headers: {},
    remoteAddress: "",
  };
  expect(await mount.backend.handle({ ...rest, ...request, unauthenticated: false, signal })).toBeUndefined();
});

test("a value that does not fit its field is refused by name", async () => {
  const mount = await TestMount.open(notes);
  await expect(mount.write("notes/a", { days: "soon" })).rejects.toThrow(UserError);
  await expect(mount.write("notes/a", { days: "soon" })).rejects.toThrow(/input for field "days"/);
  expect(mount.storage.contents()).toEqual({});
});

test("paths and operations that are not there are told apart", async () => {
  const mount = await TestMount.open(notes);
  await expect(mount.read("nowhere")).rejects.toThrow(UnsupportedPathError);
  await expect(mount.delete("notes/a")).rejects.toThrow(UnsupportedOperationError);
});

test("a loan comes back when its lease is revoked, and a renewal keeps what revoke needs", async () => {
  const mount = await TestMount.open(notes);
  const borrowed = await mount.read("loans/a");
  expect(borrowed.lease).toMatchObject({
    internal: { note: "a", secret_type: "loan" },
    lease: { ttl: 30, maxTtl: 0, renewable: true },
  });
  const renewed = await mount.renew(borrowed);
  expect(renewed.lease).toMatchObject({
    internal: { note: "a", shelf: "found", secret_type: "loan" },
    lease: { ttl: 60, maxTtl: 120, renewable: true },
  });
  await mount.revoke(renewed);
  expect(mount.storage.contents()).toEqual({ returned: ["a@found"] });
});

test("a lease of another kind, or a broken one, is an error and not a success", async () => {
  const mount = await TestMount.open(notes);
  const borrowed = await mount.read("loans/a");
  const lease = borrowed.lease as NonNullable<typeof borrowed.lease>;
  const withInternal = (internal: Record<string, string>) => ({ ...borrowed, lease: { ...lease, internal } });
  await expect(mount.revoke(withInternal({ secret_type: "gift" }))).rejects.toThrow(InternalError);
  await expect(mount.revoke(withInternal({}))).rejects.toThrow(InternalError);
  await expect(mount.revoke(withInternal({ secret_type: "loan" }))).rejects.toThrow('loan lease: "note" is missing');
});

test("a secret that the backend does not list is not issued: nothing could revoke its lease", async () => {
  const gift = defineSecret({ type: "gift", internal: {}, revoke: async () => {} });
  const give = definePath({
    pattern: "gifts",
    help: { synopsis: "Give.", description: "" },
    fields: {},
    operations: { read: () => gift.issue({ data: {}, internal: {}, ttl: 30, maxTtl: 0 }) },
  });
  const mount = await TestMount.open((host) => defineBackend({ mount: host, help: "Gifts.", paths: [give] }));
  await expect(mount.read("gifts")).rejects.toThrow('type "gift" was issued, which the backend does not list');
});

test("a standby hands on what is declared so", async () => {
  const mount = await TestMount.open(notes);
  mount.systemView.replication = { ...mount.systemView.replication, performanceStandby: true };
  await expect(mount.read("loans/a")).rejects.toThrow(ReadOnlyError);
});

test("a standby neither renews nor revokes: whatever that does outside, it could not store", async () => {
  const mount = await TestMount.open(notes);
  const borrowed = await mount.read("loans/a");
  mount.systemView.replication = { ...mount.systemView.replication, performanceStandby: true };
  await expect(mount.renew(borrowed)).rejects.toThrow(ReadOnlyError);
  await expect(mount.revoke(borrowed)).rejects.toThrow(ReadOnlyError);
  mount.systemView.replication = {
    ...mount.systemView.replication,
    performanceStandby: false,
    performanceSecondary: true,
  };
  await mount.revoke(borrowed);
});

test("a host asks for sudo on whatever begins like a root path, and for no token where a path is open, and nowhere else", async () => {
  const help = { synopsis: "", description: "" };
  const fields = { name: field.string("Name."), rest: field.string("Rest.") };
  const patterns = ["config", "keys/{name}", "keys/{name@}/rotate", "files/{name}/{rest*}"] as const;
  const mount = await TestMount.open((mount) =>
    defineBackend({
      mount,
      help: "",
      paths: patterns.flatMap((pattern) => [
        definePath({ pattern, help, fields, operations: {}, root: true }),
        definePath({ pattern: `open/${pattern}`, help, fields, operations: {}, unauthenticated: true }),
        definePath({ pattern: `plain/${pattern}`, help, fields, operations: {} }),
      ]),
    }),
  );
  const { root, unauthenticated } = mount.backend.specialPaths;
  expect(root).toEqual(["config", "keys/*", "keys/*", "files/*"]);
  expect(unauthenticated).toEqual(["open/config", "open/keys/+", "open/keys/+/rotate", "open/files/+/*"]);
});

test("prefixes for the seal reach the host, and help needs no data", async () => {
  const mount = await TestMount.open(notes);
  expect(mount.backend.specialPaths.sealWrapStorage).toEqual(["notes/"]);
  expect(String((await mount.help()).data.help)).toContain("Keep notes.");
  expect(String((await mount.help("notes/a")).data.help)).toContain("How long it is kept.");
});

test("mistakes in a declaration do not compile, or do not start", async () => {
  const help = { synopsis: "", description: "" };
  const fields = { name: field.string("Name."), days: field.int("Days.") };
  const operations = {};
  // @ts-expect-error the pattern captures {nmae}, which is not in fields
  definePath({ pattern: "notes/{nmae}", help, fields, operations });
  definePath({
    pattern: "notes/{name}",
    help,
    fields,
    operations: {
      // @ts-expect-error no such field
      read: ({ data }) => ({ data: { x: data.colour } }),
      // @ts-expect-error may be undefined
      delete: ({ data }) => ({ data: { x: data.days.toFixed() } }),
      update: ({ data }) => ({ data: { x: data.name.toUpperCase() } }),
    },
  });
  const secret = defineSecret({
    type: "s",
    internal: { user: field.string("User.", { required: true }) },
    revoke: async () => {},
  });
  // @ts-expect-error no such internal key
  secret.issue({ data: {}, internal: { user: "u", pool: "p" }, ttl: 0, maxTtl: 0 });
  // @ts-expect-error user is required
  secret.issue({ data: {}, internal: {}, ttl: 0, maxTtl: 0 });
  expect(() => definePath({ pattern: "a", help, fields: {}, operations: { create: () => undefined } })).toThrow(
    /declare exists/,
  );
  // Hosts ask for a list with a slash behind its path, which this one would never match.
  expect(() => definePath({ pattern: "a", help, fields: {}, operations: { list: () => undefined } })).toThrow(
    'path "a" has list, which asks for "a/": declare that as a path of its own',
  );
  const path = definePath({ pattern: "a/", help, fields: {}, operations: { list: () => undefined } });
  const open = (twice: Pick<BackendDeclaration, "paths" | "secrets">) =>
    TestMount.open((mount) => defineBackend({ mount, help: "", ...twice }));
  await expect(open({ paths: [path, path] })).rejects.toThrow('two paths have the pattern "a/"');
  await expect(open({ paths: [], secrets: [secret, secret] })).rejects.toThrow('two secrets have the type "s"');
});
