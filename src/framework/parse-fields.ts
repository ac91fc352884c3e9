import { UserError } from "./errors.ts";
import type { Field, FieldData, Fields, FieldValue } from "./field.ts";
import { abridge, quote } from "./go-strconv.ts";
import type { Json, JsonObject } from "./json.ts";
import { FieldConversionError } from "./weak-decode.ts";

/** The values of a table of fields that a request supplies, without defaults. */
export type GivenData<F extends Fields> = { readonly [K in keyof F]?: NonNullable<FieldValue<F[K]>> };

export interface ParsedFields<F extends Fields, Captured extends PropertyKey = never> {
  /** What was supplied, and the defaults of what was not. */
  readonly data: FieldData<F, Captured>;
  readonly given: GivenData<F>;
  /** Names in the body that no field has, sorted. */
  readonly unknown: readonly string[];
  /** Names in the body whose values gave way to those in the path, sorted. */
  readonly replaced: readonly string[];
}

/**
 * Reads a request's input by its table of fields; what the path captured beats the body. Throws UserError with the
 * text of Go's framework when a value does not fit its field, or a required one is missing.
 */
export function parseFields<const F extends Fields, Captured extends PropertyKey = never>(
  fields: F,
  captured: Readonly<Record<string, string>>,
  body: JsonObject,
): ParsedFields<F, Captured> {
  const given: [string, unknown][] = [];
  const data: [string, unknown][] = [];
  for (const [name, field] of Object.entries(fields)) {
    const supplied = ownValue(captured, name) ?? ownValue(body, name);
    const value = supplied === undefined ? undefined : convert(name, field, supplied);
    if (value !== undefined) given.push([name, value]);
    else if (field.options.required)
      throw new UserError(`Field validation failed: missing required field ${quote(name)}`);
    const present = value ?? field.options.default;
    if (present !== undefined) data.push([name, present]);
  }
  const names = Object.keys(body);
  return {
    data: Object.fromEntries(data) as FieldData<F, Captured>,
    given: Object.fromEntries(given) as GivenData<F>,
    unknown: names.filter((name) => !Object.hasOwn(fields, name)).sort(),
    replaced: names.filter((name) => Object.hasOwn(captured, name) && body[name] !== null).sort(),
  };
}

function ownValue(of: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

function convert(name: string, field: Field<unknown>, raw: Json): unknown {
  let reason: string;
  try {
    return field.kind.convert(raw);
  } catch (error) {
    if (!(error instanceof FieldConversionError)) throw error;
    // Go's message may quote the value, which must not happen to a credential.
    reason = field.options.sensitive ? `the value is not of type ${field.kind.typeName}` : abridge(error.message);
  }
  throw new UserError(`Field validation failed: error converting input for field ${quote(name)}: ${reason}`);
}
