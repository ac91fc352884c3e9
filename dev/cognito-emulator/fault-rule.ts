import type { Fault, FaultMatch, FaultRule } from "./faults.ts";
import { isJsonObject, type JsonObject } from "./json.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const flag: Check = (value) => typeof value === "boolean";
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const textMap: Check = (value) => isJsonObject(value) && Object.values(value).every(text);

interface Shape {
  readonly required?: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

const FAULT_SHAPES: Readonly<Record<Fault["kind"], Shape>> = {
  error: { required: { type: text }, optional: { message: text, status: number, takesEffect: flag } },
  throttle: { optional: { status: number } },
  html: { required: { status: number }, optional: { takesEffect: flag } },
  truncated: {},
  reset: { required: { takesEffect: flag } },
  hang: { optional: { takesEffect: flag } },
  delay: { required: { milliseconds: number } },
  challenge: { required: { name: text }, optional: { parameters: textMap } },
  "tokens at once": {},
  omit: { required: { fields: texts } },
  redirect: { required: { location: text }, optional: { status: number } },
  oversized: { optional: { bytes: number } },
  "content type": { required: { value: text } },
};

const MATCH_SHAPE: Shape = {
  optional: {
    action: text,
    username: text,
    region: text,
    poolId: text,
    clientId: text,
    nth: number,
    times: (value) => number(value) || value === "always",
  },
};

/** A rule out of JSON, where `"times": "always"` stands for Infinity; throws a TypeError that says what is wrong. */
export function readFaultRule(value: unknown): FaultRule {
  if (!isJsonObject(value) || !isJsonObject(value["fault"])) {
    throw new TypeError('The body must be a JSON object with "fault" and, if wanted, "match".');
  }
  const { match = {}, fault } = value;
  if (!isJsonObject(match)) throw new TypeError('"match" must be a JSON object.');
  checkShape(match, MATCH_SHAPE, "match");
  const { kind, ...rest } = fault as JsonObject;
  if (typeof kind !== "string" || !Object.hasOwn(FAULT_SHAPES, kind)) {
    throw new TypeError(`The fault's kind must be one of ${Object.keys(FAULT_SHAPES).join(", ")}.`);
  }
  checkShape(rest, FAULT_SHAPES[kind as Fault["kind"]], `fault ${kind}`);
  const times = match["times"] === "always" ? { times: Number.POSITIVE_INFINITY } : {};
  return { match: { ...(match as FaultMatch), ...times }, fault: fault as unknown as Fault };
}

function checkShape(value: JsonObject, { required = {}, optional = {} }: Shape, what: string): void {
  for (const name of Object.keys(required)) {
    if (value[name] === undefined) throw new TypeError(`The ${what} lacks "${name}".`);
  }
  for (const [name, part] of Object.entries(value)) {
    const check = required[name] ?? optional[name];
    if (check === undefined) throw new TypeError(`The ${what} has no "${name}".`);
    if (!check(part)) throw new TypeError(`The ${what} has a "${name}" of the wrong type.`);
  }
}
