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
