import { secondsKind, signedSecondsKind } from "./field-duration.ts";
import { headerKind } from "./field-header.ts";
import type { FieldKind } from "./field-kind.ts";
import { commaIntSliceKind, commaStringSliceKind, sliceKind, stringSliceKind } from "./field-list.ts";
import { keyPairsKind, mapKind } from "./field-map.ts";
import { boolKind, floatKind, int64Kind, intKind } from "./field-number.ts";
import { lowerCaseStringKind, nameStringKind, oneOfKind, stringKind } from "./field-text.ts";
import { timeKind } from "./field-time.ts";

export interface FieldOptions<T> {
  /** Stands in where the caller gives nothing. */
  readonly default?: T;
  /** Refuses every request to the path that lacks the field, reads, deletes and existence checks too. */
  readonly required?: boolean;
  readonly deprecated?: boolean;
  /** A credential: user interfaces mask it. */
  readonly sensitive?: boolean;
  /** Accepted in the query string of a read as well. */
  readonly query?: boolean;
}

/** A declared input. `T` is what handlers see: it includes undefined unless the field has a default or is required. */
export interface Field<T> {
  readonly kind: FieldKind<NonNullable<T>>;
  readonly description: string;
  readonly options: FieldOptions<NonNullable<T>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a table mixes fields of every type; `unknown` would refuse them all, as kinds are invariant.
export type Fields = Readonly<Record<string, Field<any>>>;

/** The type of a field's value. */
export type FieldValue<F> = F extends Field<infer T> ? T : never;

/** Parsed values of a table of fields; captures of the path's pattern are always there. */
export type FieldData<F extends Fields, Captured extends PropertyKey = never> = {
  readonly [K in keyof F]: K extends Captured ? NonNullable<FieldValue<F[K]>> : FieldValue<F[K]>;
};

/** Options that leave no field without a value. */
type Certain<T> = FieldOptions<T> & ({ readonly default: T } | { readonly required: true });

interface Declare<T> {
  (description: string, options: Certain<T>): Field<T>;
  (description: string, options?: FieldOptions<T>): Field<T | undefined>;
}

function declare<T extends NonNullable<unknown>>(kind: FieldKind<T>): Declare<T> {
  // One body for both signatures: what differs is only what the caller may assume.
  return ((description: string, options: FieldOptions<T> = {}) => ({ kind, description, options })) as Declare<T>;
}

function oneOf<const Choice extends string>(
  choices: readonly Choice[],
  description: string,
  options: Certain<NoInfer<Choice>>,
): Field<Choice>;
function oneOf<const Choice extends string>(
  choices: readonly Choice[],
  description: string,
  options?: FieldOptions<NoInfer<Choice>>,
): Field<Choice | undefined>;
function oneOf<Choice extends string>(
  choices: readonly Choice[],
  description: string,
  options: FieldOptions<Choice> = {},
): Field<Choice> {
  return { kind: oneOfKind(choices), description, options } as unknown as Field<Choice>;
}

/**
 * The kinds of fields of Vault's framework (framework/field_type.go), each called with a description and options:
 * `field.seconds("Lease of the credentials.", { default: 3600 })`.
 */
export const field = {
  string: declare(stringKind),
  lowerCaseString: declare(lowerCaseStringKind),
  /** Letters, digits and "_", with "-" and "." inside. */
  nameString: declare(nameStringKind),
  int: declare(intKind),
  int64: declare(int64Kind),
  float: declare(floatKind),
  bool: declare(boolKind),
  map: declare(mapKind),
  /** A duration, "1h30m" or a number of seconds, as whole seconds. */
  seconds: declare(secondsKind),
  /** As `seconds`, and may be negative. */
  signedSeconds: declare(signedSecondsKind),
  slice: declare(sliceKind),
  stringSlice: declare(stringSliceKind),
  /** A list of texts, or one text with commas. */
  commaStringSlice: declare(commaStringSliceKind),
  commaIntSlice: declare(commaIntSliceKind),
  /** An object of texts, or a list of "key=value"; "" for none. */
  keyPairs: declare(keyPairsKind),
  /** HTTP headers, by canonical name. */
  header: declare(headerKind),
  /** RFC 3339, or seconds since the epoch. */
  time: declare(timeKind),
  /** One of a few texts. */
  oneOf,
};
