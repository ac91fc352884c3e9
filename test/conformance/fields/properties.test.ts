import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { UserError } from "../../../src/framework/errors.ts";
import { type Field, field } from "../../../src/framework/field.ts";
import type { Json } from "../../../src/framework/json.ts";
import { parseFields } from "../../../src/framework/parse-fields.ts";

// What holds between the recorded cases: for any JSON at all.

type Kind = Exclude<keyof typeof field, "oneOf">;
const kinds = Object.keys(field).filter((kind): kind is Kind => kind !== "oneOf");

const declare = (kind: Kind, options = {}) =>
  (field[kind] as (description: string, options: object) => Field<unknown>)("Any input.", options);

/** The value, or undefined when there is none; throws what the caller would be told. */
function read(kind: Kind, input: Json, options = {}): unknown {
  const { given } = parseFields({ x: declare(kind, options) }, {}, { x: input });
  return (given as { x?: unknown }).x;
}

function refusal(kind: Kind, input: Json, options = {}): string | undefined {
  try {
    read(kind, input, options);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.stringMatching(/^[-+]?\d{0,20}(\.\d{0,6})?(ns|us|ms|s|m|h|d)?$/),
  fc.stringMatching(/^(\w{1,4}[,=]? ?){0,5}$/),
  fc.json({ maxDepth: 1 }),
);
const inputs = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  texts,
  fc.array(texts, { maxLength: 4 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
) as fc.Arbitrary<Json>;

const isText = (value: unknown) => typeof value === "string";
const isWhole = (value: unknown) => Number.isInteger(value);
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (of: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(of);

const isOfKind: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  string: isText,
  lowerCaseString: (value) => isText(value) && value === String(value).toLowerCase(),
  nameString: (value) => /^(\w(([\w-.]+)?\w)?)?$/.test(String(value)),
  int: isWhole,
  int64: isWhole,
  float: Number.isFinite,
  bool: (value) => typeof value === "boolean",
  map: isObject,
  seconds: (value) => isWhole(value) && Number(value) >= 0,
  signedSeconds: isWhole,
  slice: Array.isArray,
  stringSlice: isList(isText),
  commaStringSlice: isList(isText),
  commaIntSlice: isList(isWhole),
  keyPairs: (value) => isObject(value) && Object.values(value as object).every(isText),
  header: (value) => isObject(value) && Object.values(value as object).every(isList(isText)),
  time: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};

describe.each(kinds)("%s", (kind) => {
  test("is read as a value of its type, or refused by name and in few words", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const told = refusal(kind, input);
        if (told === undefined) {
          const value = read(kind, input);
          if (value !== undefined) expect(value).toSatisfy(isOfKind[kind]);
        } else {
          expect(told).toStartWith('Field validation failed: error converting input for field "x": ');
          expect(told.length).toBeLessThan(1200);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("is read the same when it comes back from storage", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        if (refusal(kind, input) !== undefined) return;
        const value = read(kind, input);
        if (value === undefined) return;
        const stored = JSON.stringify(value);
        expect(JSON.stringify(read(kind, JSON.parse(stored)))).toBe(stored);
      }),
      { numRuns: 200 },
    );
  });

  test("that holds a secret is refused without it", () => {
    const secret = "correct horse battery";
    for (const input of [
      secret,
      [secret],
      [[secret]],
      { a: secret },
      { a: [secret] },
      { [secret]: 1 },
      `1h${secret}`,
    ]) {
      expect(refusal(kind, input, { sensitive: true }) ?? "taken").not.toContain("horse");
    }
  });

  test("that was not given is its default, and no default makes a bad value good", () => {
    const fields = { x: declare(kind, { default: "the default" as never }) };
    expect(parseFields(fields, {}, {})).toMatchObject({ data: { x: "the default" }, given: {} });
    fc.assert(
      fc.property(inputs, (input) => {
        expect(refusal(kind, input, { default: "the default" })).toBe(refusal(kind, input));
      }),
      { numRuns: 100 },
    );
  });
});

describe("the same thing said in other ways", () => {
  const seconds = fc.integer({ min: 0, max: 1_000_000 });

  test("a duration in seconds, minutes, hours or days, as a number or as a text", () => {
    fc.assert(
      fc.property(seconds, (count) => {
        for (const input of [count, `${count}`, `${count}s`, `${count * 1000}ms`])
          expect(read("seconds", input)).toBe(count);
        expect(read("seconds", `${count}m`)).toBe(60 * count);
        expect(read("seconds", `${count}h`)).toBe(3600 * count);
        expect(read("seconds", `${count % 1000}d`)).toBe(86_400 * (count % 1000));
        expect(read("signedSeconds", `-${count}s`)).toBe(count === 0 ? 0 : -count);
      }),
    );
  });

  test("a number as a text", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        for (const kind of ["int", "int64"] as const) expect(read(kind, `${number}`)).toBe(number);
      }),
    );
  });

  test("a list as a text with commas", () => {
    const items = fc.uniqueArray(fc.stringMatching(/^[\w.:/-]{1,8}$/), { minLength: 1 });
    fc.assert(
      fc.property(items, (list) => {
        expect(read("commaStringSlice", list.join(","))).toEqual(list);
        expect(read("commaStringSlice", list.join(" , "))).toEqual(list);
        expect(read("commaStringSlice", list)).toEqual(list);
      }),
    );
  });

  test("pairs as an object or as a list of texts", () => {
    const pairs = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.stringMatching(/^[\w. -]{0,8}\w$/));
    fc.assert(
      fc.property(pairs, (object) => {
        const list = Object.entries(object).map(([key, value]) => `${key}=${value}`);
        expect(read("keyPairs", object)).toEqual({ ...object });
        if (list.length > 0) expect(read("keyPairs", list)).toEqual({ ...object });
      }),
    );
  });
});
