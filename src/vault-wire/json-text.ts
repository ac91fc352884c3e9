import { isJsonObject, type Json, type JsonObject } from "../framework/json.ts";

/** A value that cannot travel as JSON. The message says where, by the names of keys, and never what it is. */
export class UnencodableError extends Error {
  override readonly name = "UnencodableError";
}

/** What a host sent is not the JSON it should be. The message does not quote it, since it may hold secrets. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** Deeper than any real answer, shallower than the 10,000 levels at which Go's decoder on the host gives up. */
const deepest = 1000;

/**
 * The JSON text of an object. JSON.stringify alone would drop functions, turn NaN into null and a Map into {}, and
 * fail on a bigint without saying where; a host would show the loss as success.
 * @throws UnencodableError for what JSON cannot carry, and for what is not an object.
 */
export function encodeJsonObject(value: unknown, what: string): string {
  if (!isPlainObject(value)) throw new UnencodableError(`${what} is not a plain object`);
  requireJson(value, what, 0);
  return JSON.stringify(value);
}

function requireJson(value: unknown, where: string, depth: number): void {
  if (depth > deepest) throw new UnencodableError("a value is nested too deeply, or contains itself");
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new UnencodableError(`${where} is not a finite number`);
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) requireJson(item, `${where}[${index}]`, depth + 1);
    return;
  }
  if (!isPlainObject(value)) throw new UnencodableError(`${where} is a value that JSON cannot carry`);
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) requireJson(item, `${where}.${key}`, depth + 1);
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (!isJsonObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Text in which some number may be more than a JavaScript number can hold: long digits or a large exponent. */
const largeNumber = /\d{16}|[eE]\+?\d{3}/;

/**
 * The object in a host's JSON text. "null", which is how Go writes a nil map, and no text at all are {}.
 * Numbers that JavaScript would round or lose (integers above 2^53, 1e400) become strings of their own digits.
 * @throws UnreadableError
 */
export function decodeJsonObject(text: string, what: string): JsonObject {
  if (text === "" || text === "null") return {};
  const value = parse(text, what);
  if (!isJsonObject(value)) throw new UnreadableError(`${what} is not a JSON object`);
  return value;
}

function parse(text: string, what: string): Json {
  try {
    return largeNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    throw new UnreadableError(`${what} is not valid JSON`);
  }
}

function keepDigits(_key: string, value: Json, context?: { readonly source?: string }): Json {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source);
  return isRounded || !Number.isFinite(value) ? context.source : value;
}
