import type { FieldData, Fields, FieldValue } from "./field.ts";
import type { JsonObject } from "./json.ts";

type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends FieldValue<F[K]> ? K : never }[keyof F];

/** Values to be stored for a table of fields: those that are required or have no undefined must be given. */
export type FieldInput<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: FieldValue<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: FieldValue<F[K]> | undefined };

/**
 * Reads what an earlier version of a plugin may have stored: in a lease, in a write-ahead log. Keys that are not
 * declared are ignored. `problem` says what is wrong without the value, which may be a secret.
 */
export function parseStored<F extends Fields>(
  fields: F,
  stored: JsonObject,
  fail: (problem: string) => Error,
): FieldData<F> {
  const data: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const raw = Object.hasOwn(stored, name) ? stored[name] : undefined;
    data[name] = read(raw, field, () => fail(`"${name}" has a value of the wrong type`)) ?? field.options.default;
    if (data[name] === undefined && field.options.required === true) throw fail(`"${name}" is missing`);
  }
  return data as FieldData<F>;
}

function read(raw: JsonObject[string] | undefined, field: Fields[string], fail: () => Error): unknown {
  // Stored null is how other languages write "not set".
  if (raw === undefined || raw === null) return undefined;
  try {
    return field.kind.convert(raw);
  } catch {
    throw fail();
  }
}

/** The same values as JSON that can be stored. */
export function toStored(values: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as JsonObject;
}
