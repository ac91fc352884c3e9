import { formatFloat, parseBool, parseFloat64, parseInt64 } from "./go-strconv.ts";
import { formatValue, goTypeName } from "./go-text.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

/*
 * The weak decoding of mapstructure (mitchellh/mapstructure v1.5.0, Decoder.decode…), from JSON as Go's encoding/json
 * holds it: same values, same error texts. `at` is the place inside the input: "" for all of it, "[0]" for an element.
 */

/** A value that its field cannot be read from. The message is Go's; it may quote the value. */
export class FieldConversionError extends Error {
  override readonly name: string = "FieldConversionError";
}

/** Several problems in one list or map (mapstructure's error.go). */
class FieldConversionErrors extends FieldConversionError {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    const lines = problems.map((problem) => `* ${problem}`).sort();
    super(`${problems.length} error(s) decoding:\n\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof FieldConversionErrors) return error.problems;
  if (error instanceof FieldConversionError) return [error.message];
  throw error;
}

function unconvertible(at: string, type: string, raw: Json): FieldConversionError {
  const given = `got unconvertible type '${goTypeName(raw)}', value: '${formatValue(raw)}'`;
  return new FieldConversionError(`'${at}' expected type '${type}', ${given}`);
}

/** Reads one element of a list or a map. */
export type Decode<T> = (at: string, raw: Json) => T;

export function weakString(at: string, raw: Json): string {
  if (raw === null) return "";
  if (typeof raw === "string") return raw.toWellFormed();
  if (typeof raw === "number") return formatFloat(raw);
  if (typeof raw === "boolean") return raw ? "1" : "0";
  throw unconvertible(at, "string", raw);
}

export function weakBool(at: string, raw: Json): boolean {
  if (raw === null || raw === "") return false;
  if (typeof raw === "boolean") return raw;
  if (typeof raw === "number") return raw !== 0;
  if (typeof raw !== "string") throw unconvertible(at, "bool", raw);
  const parsed = parseBool(raw);
  if ("error" in parsed) throw new FieldConversionError(`cannot parse '${at}' as bool: ${parsed.error}`);
  return parsed.value;
}

/**
 * An integer of 64 bits. What a number cannot hold exactly is refused as out of range, where Go holds it exactly (in a
 * text) or takes the smallest integer instead (for a number beyond 64 bits).
 */
export function weakInt(type: "int" | "int64"): Decode<number> {
  return (at, raw) => {
    if (raw === null || raw === "") return 0;
    if (typeof raw === "boolean") return Number(raw);
    if (typeof raw === "number") return integerOf(at, raw);
    if (typeof raw !== "string") throw unconvertible(at, type, raw);
    const parsed = parseInt64(raw, { prefixes: true });
    if ("error" in parsed) throw new FieldConversionError(`cannot parse '${at}' as int: ${parsed.error}`);
    const value = Number(parsed.value);
    if (BigInt(value) !== parsed.value) throw outOfRange(at, "int");
    return value;
  };
}

function integerOf(at: string, raw: number): number {
  if (raw < -(2 ** 63) || raw >= 2 ** 63) throw outOfRange(at, "int");
  return Math.trunc(raw) || 0;
}

function outOfRange(at: string, type: string): FieldConversionError {
  return new FieldConversionError(`cannot parse '${at}' as ${type}: value out of range`);
}

export function weakFloat(at: string, raw: Json): number {
  if (raw === null || raw === "") return 0;
  if (typeof raw === "number") return raw;
  if (typeof raw === "boolean") return Number(raw);
  if (typeof raw !== "string") throw unconvertible(at, "float64", raw);
  const parsed = parseFloat64(raw);
  if ("error" in parsed) throw new FieldConversionError(`cannot parse '${at}' as float: ${parsed.error}`);
  return parsed.value;
}

/** A list; anything else is lifted into a list of one, and an empty object into an empty list. */
export function weakList<T>(at: string, raw: Json, decode: Decode<T>): readonly T[] {
  if (raw === null) return [];
  if (isJsonObject(raw) && Object.keys(raw).length === 0) return [];
  const items: readonly Json[] = Array.isArray(raw) ? raw : [raw];
  const decoded: T[] = [];
  const problems: string[] = [];
  for (const [index, item] of items.entries()) {
    try {
      decoded.push(decode(`${at}[${index}]`, item));
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  if (problems.length > 0) throw new FieldConversionErrors(problems);
  return decoded;
}

/** An object; the objects of a list, and of lists in it, are merged. */
export function weakMap<T>(at: string, raw: Json, decode: Decode<T>): Readonly<Record<string, T>> {
  const merged = new Map<string, T>();
  // A list of what is left, the next one last: lists may be nested deeper than calls may.
  const pending = [{ at, raw }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { at: place, raw: value } = next;
    if (Array.isArray(value)) {
      const items = value.map((item: Json, index) => ({ at: `${place}[${index}]`, raw: item }));
      for (const item of items.reverse()) pending.push(item);
    } else if (isJsonObject(value)) {
      mergeInto(merged, place, value, decode);
    } else if (value !== null) {
      throw new FieldConversionError(`'${place}' expected a map, got '${goTypeName(value)}'`);
    }
  }
  // As own properties, also for names such as "__proto__".
  return Object.fromEntries(merged);
}

function mergeInto<T>(merged: Map<string, T>, at: string, object: JsonObject, decode: Decode<T>): void {
  const problems: string[] = [];
  for (const [key, value] of Object.entries(object)) {
    try {
      merged.set(key, decode(`${at}[${key}]`, value));
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  if (problems.length > 0) throw new FieldConversionErrors(problems);
}

/** Any value, as it is. */
export function asIs(_at: string, raw: Json): Json {
  return typeof raw === "string" ? raw.toWellFormed() : raw;
}

/** A JSON object, from an object or a list of objects. */
export function weakObject(at: string, raw: Json): JsonObject {
  return weakMap(at, raw, asIs);
}
