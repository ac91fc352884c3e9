import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { invalidParameter, ServiceError } from "./service-error.ts";

const memberName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const wrongType = (): ServiceError =>
  new ServiceError("SerializationException", "Start of structure or map found where not expected.");

const constraint = (value: string, name: string, rule: string): ServiceError =>
  invalidParameter(
    `1 validation error detected: ${value} at '${memberName(name)}' failed to satisfy constraint: ${rule}`,
  );

export function optionalString(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType();
  return value;
}

export function requiredString(input: JsonObject, name: string, pattern?: RegExp): string {
  const value = optionalString(input, name);
  if (value === undefined) throw constraint("Value null", name, "Member must not be null");
  if (value.length === 0) {
    throw constraint("Value ''", name, "Member must have length greater than or equal to 1");
  }
  if (pattern !== undefined && !pattern.test(value)) {
    throw constraint(`Value '${value}'`, name, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }
  return value;
}

export function optionalNumber(input: JsonObject, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number") throw wrongType();
  return value;
}

export function numberWithin(input: JsonObject, name: string, least: number, most: number): number | undefined {
  const value = optionalNumber(input, name);
  if (value === undefined || (value >= least && value <= most)) return value;
  const rule = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw constraint(`Value '${value}'`, name, `Member must have value ${rule}`);
}

export function optionalBoolean(input: JsonObject, name: string): boolean | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrongType();
  return value;
}

export function optionalObject(input: JsonObject, name: string): JsonObject | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw wrongType();
  return value;
}

function optionalList(input: JsonObject, name: string): readonly Json[] | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType();
  return value;
}

export const optionalStrings = (input: JsonObject, name: string): readonly string[] | undefined =>
  optionalList(input, name)?.map((item) => {
    if (typeof item !== "string") throw wrongType();
    return item;
  });

export const optionalObjects = (input: JsonObject, name: string): readonly JsonObject[] | undefined =>
  optionalList(input, name)?.map((item) => {
    if (!isJsonObject(item)) throw wrongType();
    return item;
  });

/** A list of `{ Name, Value }`, as UserAttributes. */
export function attributeMap(input: JsonObject, name: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const item of optionalObjects(input, name) ?? []) {
    attributes.set(requiredString(item, "Name"), optionalString(item, "Value") ?? "");
  }
  return attributes;
}

export function oneOf<const T extends string>(input: JsonObject, name: string, values: readonly T[]): T {
  const value = requiredString(input, name);
  const found = values.find((allowed) => allowed === value);
  if (found === undefined) {
    throw constraint(`Value '${value}'`, name, `Member must satisfy enum value set: [${values.join(", ")}]`);
  }
  return found;
}
