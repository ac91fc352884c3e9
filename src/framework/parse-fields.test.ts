import { describe, expect, test } from "bun:test";
import { UserError } from "./errors.ts";
import { type Field, field } from "./field.ts";
import type { Json, JsonObject } from "./json.ts";
import { parseFields } from "./parse-fields.ts";

const role = {
  name: field.lowerCaseString("Name of the role."),
  ttl: field.seconds("Lease of the credentials.", { default: 3600 }),
  groups: field.commaStringSlice("Groups of its users."),
  kind: field.oneOf(["user", "grant", "other"], "Kind of credentials."),
  secret: field.string("A credential.", { sensitive: true }),
};

function refusal(body: JsonObject, fields = role): string {
  try {
    parseFields(fields, {}, body);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("a write to a role", () => {
  test("keeps what was given apart from what stands in for the rest", () => {
    const { data, given } = parseFields<typeof role, "name">(role, { name: "App" }, { groups: "a, b" });
    expect<object>(data).toEqual({ name: "app", ttl: 3600, groups: ["a", "b"] });
    expect(given).toEqual({ name: "app", groups: ["a", "b"] });
  });

  test("takes the name from the path, and tells that the body had another", () => {
    const { data, replaced } = parseFields<typeof role, "name">(role, { name: "app" }, { name: "other", ttl: "1h" });
    expect(data.name).toBe("app");
    expect(replaced).toEqual(["name"]);
    expect(parseFields(role, { name: "app" }, { name: null }).replaced).toEqual([]);
  });

  test("names what it does not know, in order", () => {
    expect(parseFields(role, {}, { zone: 1, ttl: 5, area: null }).unknown).toEqual(["area", "zone"]);
  });

  test("tells null from an empty text only where Vault does", () => {
    const { given } = parseFields(role, {}, { ttl: null, groups: null, kind: null, secret: null });
    expect(given).toEqual({ groups: [], secret: "" });
  });

  test("refuses a choice that is none, with the choices", () => {
    const sentence =
      'Field validation failed: error converting input for field "kind": the value must be "user", "grant" or "other"';
    for (const kind of ["", "users", "User", 5, ["user"]]) expect(refusal({ kind })).toBe(sentence);
  });

  test("refuses a credential of the wrong type without repeating it", () => {
    expect(refusal({ secret: ["hunter2"] })).toBe(
      'Field validation failed: error converting input for field "secret": the value is not of type string',
    );
  });

  test("refuses the lack of what is required", () => {
    const fields = { pool: field.string("Where users live.", { required: true }) };
    expect(() => parseFields(fields, {}, {})).toThrow(
      new UserError('Field validation failed: missing required field "pool"'),
    );
    expect(parseFields(fields, {}, { pool: "" }).data.pool).toBe("");
  });
});

describe("hostile input", () => {
  test("cannot reach the prototype by its names", () => {
    const body = JSON.parse('{"__proto__":{"ttl":5},"constructor":1,"toString":2,"hasOwnProperty":3}') as JsonObject;
    const { data, given, unknown, replaced } = parseFields(role, {}, body);
    expect(unknown).toEqual(["__proto__", "constructor", "hasOwnProperty", "toString"]);
    expect<object>({ ...data, ...given }).toEqual({ ttl: 3600 });
    expect(replaced).toEqual([]);
  });

  test("keeps such names as plain ones inside maps", () => {
    const fields = { map: field.map("A map."), pairs: field.keyPairs("Pairs."), header: field.header("Headers.") };
    const named = JSON.parse('{"__proto__":"x"}') as JsonObject;
    const { data } = parseFields(fields, {}, { map: [named, { b: "y" }], pairs: ["__proto__=x"], header: named });
    expect(Object.entries(data.map ?? {})).toEqual([
      ["__proto__", "x"],
      ["b", "y"],
    ]);
    expect(Object.entries(data.pairs ?? {})).toEqual([["__proto__", "x"]]);
    expect(Object.entries(data.header ?? {})).toEqual([["__proto__", ["x"]]]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test("does not find inherited names in a table of fields or a body", () => {
    const fields = { constructor: field.string("An odd name."), valueOf: field.string("Another.") };
    expect(parseFields(fields, {}, {}).given).toEqual({});
  });

  const mebibyte = 2 ** 20;
  const large: Readonly<Record<string, Json>> = {
    digits: "9".repeat(mebibyte),
    "digits and a letter": `${"9".repeat(mebibyte)}x`,
    zeros: "0".repeat(mebibyte),
    underscores: "1_".repeat(mebibyte / 2),
    spaces: `x${" ".repeat(mebibyte)}x`,
    "control characters": "\0".repeat(mebibyte),
    durations: "1.5h".repeat(mebibyte / 4),
    "fraction of a second": `0.${"9".repeat(mebibyte)}s`,
    commas: ",".repeat(mebibyte),
    dots: `a${".".repeat(mebibyte)}`,
    "hexadecimal digits": `0x${"f".repeat(mebibyte)}p1`,
    base64: "A".repeat(mebibyte),
    "open brackets": "[".repeat(mebibyte),
    "deep list": Array.from({ length: 100_000 }).reduce<Json>((inner) => [inner], "x"),
    "deep object": Array.from({ length: 100_000 }).reduce<Json>((inner) => ({ a: inner }), "x"),
  };
  const { oneOf: _oneOf, ...kinds } = field;

  for (const [what, raw] of Object.entries(large)) {
    test(`is read in linear time and answered in few words: ${what}`, () => {
      const started = performance.now();
      for (const declare of Object.values(kinds) as ((description: string) => Field<unknown>)[]) {
        try {
          parseFields({ x: declare("A field.") }, {}, { x: raw });
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as UserError).message.length).toBeLessThan(20_000);
        }
      }
      // All 18 kinds take well under a second; what is quadratic in a mebibyte takes minutes.
      expect(performance.now() - started).toBeLessThan(10_000);
    });
  }

  test("of ten thousand names is sorted out", () => {
    const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`name_${index}`, index]));
    expect(parseFields(role, {}, body).unknown).toHaveLength(10_000);
  });
});

test("the types of values follow from the declaration", () => {
  const { data, given } = parseFields<typeof role, "name">(role, { name: "app" }, {});
  const name: string = data.name;
  const ttl: number = data.ttl;
  const kind: "user" | "grant" | "other" | undefined = data.kind;
  const givenTtl: number | undefined = given.ttl;
  // @ts-expect-error A field without a default may be absent.
  const groups: readonly string[] = data.groups;
  // @ts-expect-error A default is one of the choices.
  field.oneOf(["a", "b"], "A choice.", { default: "c" });
  // @ts-expect-error A default has the type of its field.
  field.seconds("A duration.", { default: "1h" });
  expect([name, ttl, kind, givenTtl, groups]).toEqual(["app", 3600, undefined, undefined, undefined as never]);
});
