import type { FieldKind } from "./field-kind.ts";
import { trimSpace } from "./go-text.ts";
import type { Json } from "./json.ts";
import { asIs, weakInt, weakList, weakString } from "./weak-decode.ts";

const decodeInt = weakInt("int");

/** mapstructure.StringToSliceHookFunc(","): only the whole input is split, not the elements of a list. */
function splitAtCommas(raw: Json): Json {
  if (typeof raw !== "string") return raw;
  return raw === "" ? [] : raw.split(",");
}

export const sliceKind: FieldKind<readonly Json[]> = {
  typeName: "slice",
  openApi: { type: "array", items: { type: "object" } },
  convert: (raw) => weakList("", raw, asIs),
};

export const stringSliceKind: FieldKind<readonly string[]> = {
  typeName: "slice",
  openApi: { type: "array", items: { type: "string" } },
  convert: (raw) => (raw === "" ? [] : weakList("", raw, weakString).map(trimSpace)),
};

export const commaStringSliceKind: FieldKind<readonly string[]> = {
  typeName: "slice",
  openApi: { type: "array", items: { type: "string" } },
  convert: (raw) => weakList("", splitAtCommas(raw), weakString).map(trimSpace),
};

export const commaIntSliceKind: FieldKind<readonly number[]> = {
  typeName: "slice",
  openApi: { type: "array", items: { type: "integer" } },
  convert: (raw) => weakList("", splitAtCommas(raw), decodeInt),
};
