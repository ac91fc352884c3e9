import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { UserError } from "../../../src/framework/errors.ts";
import { type Field, field } from "../../../src/framework/field.ts";
import type { Json } from "../../../src/framework/json.ts";
import { parseFields } from "../../../src/framework/parse-fields.ts";

interface Case {
  readonly kind: string;
  /** JSON text. */
  readonly input: string;
  readonly value?: Json;
  readonly unset?: boolean;
  readonly error?: string;
}

const cases = readFileSync(new URL("cases.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

function outcome({ kind, input }: Case): Omit<Case, "kind" | "input"> {
  const declare = field[kind as Exclude<keyof typeof field, "oneOf">] as (description: string) => Field<unknown>;
  try {
    const { given } = parseFields({ x: declare("Odd input.") }, {}, { x: JSON.parse(input) as Json });
    return Object.hasOwn(given, "x") ? { value: given.x as Json } : { unset: true };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { error: error.message };
  }
}

interface Difference {
  readonly why: string;
  readonly kinds: readonly string[];
  readonly inputs: readonly string[];
  /** The end of our error, or our value. */
  readonly error?: string;
  readonly value?: (input: string) => unknown;
}

const integers = ["int", "int64"];

/** Where we differ from Go on purpose. */
const differences: readonly Difference[] = [
  {
    why: "Go turns a number beyond 64 bits into the smallest integer",
    kinds: [...integers, "commaIntSlice"],
    inputs: ["1e20", "1e21", "1e19", "1e300", "-1e300", "9223372036854775807"],
    error: "value out of range",
  },
  {
    why: "a JavaScript number cannot hold it exactly",
    kinds: [...integers, "commaIntSlice"],
    inputs: [
      '"9223372036854775807"',
      '"9007199254740993"',
      '"-9007199254740993"',
      '"0x7fffffffffffffff"',
      `"0b${"1".repeat(63)}"`,
    ],
    error: "value out of range",
  },
  {
    why: "neither JSON nor storage could carry it on",
    kinds: ["float"],
    inputs: ['"inf"', '"-Inf"', '"+Infinity"', '"nan"', '"NaN"'],
    error: "value out of range",
  },
  {
    why: "Go's documentation promises numbers of seconds, but its plugins get them as float64 and refuse them",
    kinds: ["time"],
    inputs: cases
      .filter(({ kind, input }) => kind === "time" && /^-?\d+$/.test(input) && Math.abs(Number(input)) <= 8.64e12)
      .map(({ input }) => input),
    value: (input) => new Date(Number(input) * 1000),
  },
  {
    why: "a Date ends in the year 275760",
    kinds: ["time"],
    inputs: ['"8640000000001"', '"9223372036854775807"', '"-9223372036854775808"'],
    error: "could not parse string as date and time",
  },
  {
    why: "a command line has no other way to clear pairs, and an empty text clears every other kind of field",
    kinds: ["keyPairs"],
    inputs: ['""'],
    value: () => ({}),
  },
  {
    why: "one sentence for all that Go's JSON decoder can say",
    kinds: ["header"],
    inputs: cases
      .filter(
        ({ kind, input, error }) => kind === "header" && input.startsWith('"') && error?.includes("header") === false,
      )
      .filter(({ error }) => !error?.includes("unrecognized type"))
      .map(({ input }) => input),
    error: "the text is not a JSON object",
  },
  {
    why: "Go's JSON decoder ignores what stands behind the object",
    kinds: ["header"],
    inputs: [String.raw`"{\"a\":\"b\"} x"`],
    error: "the text is not a JSON object",
  },
];

function expectedOutcome({ kind, input, value, ...rest }: Case): unknown {
  const difference = differences.find(({ kinds, inputs }) => kinds.includes(kind) && inputs.includes(input));
  if (difference?.value !== undefined) return { value: difference.value(input) };
  if (difference !== undefined) return { error: expect.stringMatching(new RegExp(`: ${difference.error}$`)) };
  if (value === undefined) return rest;
  if (kind === "time") return { value: new Date(value as number) };
  // A nil map of Go's is an empty one.
  return { value: value === null ? {} : value };
}

for (const kind of new Set(cases.map((each) => each.kind))) {
  describe(kind, () => {
    for (const each of cases.filter((candidate) => candidate.kind === kind)) {
      test(each.input, () => {
        expect(outcome(each) as unknown).toEqual(expectedOutcome(each));
      });
    }
  });
}

test("every difference is about a recorded case", () => {
  const known = new Set(cases.map(({ kind, input }) => `${kind} ${input}`));
  for (const { kinds, inputs } of differences) {
    for (const input of inputs) expect(kinds.some((kind) => known.has(`${kind} ${input}`))).toBe(true);
  }
});
