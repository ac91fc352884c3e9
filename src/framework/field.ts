import type { Json, JsonObject } from "./json.ts";

/** How one kind of field reads its input, and how help and OpenAPI describe it. */
export interface FieldKind<T> {
  /** As Vault's help prints it: "string", "duration (sec)" (framework/field_type.go FieldType.String). */
  readonly typeName: string;
  /** The schema of a value in an OpenAPI document (framework/openapi.go convertType). */
  readonly openApi: JsonObject;
  /** Vault's weak coercion. Throws FieldConversionError with Go's message; undefined means "counts as not given". */
  convert(raw: Json): T | undefined;
}

export interface FieldOptions<T> {
  /** Stands in where the caller gives nothing. */
  readonly default?: T;
  /** Refuses a request that lacks the field. */
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
