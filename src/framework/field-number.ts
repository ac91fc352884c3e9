import type { FieldKind } from "./field-kind.ts";
import { weakBool, weakFloat, weakInt } from "./weak-decode.ts";

const decodeInt = weakInt("int");
const decodeInt64 = weakInt("int64");

export const intKind: FieldKind<number> = {
  typeName: "int",
  openApi: { type: "integer" },
  convert: (raw) => decodeInt("", raw),
};

export const int64Kind: FieldKind<number> = {
  typeName: "int64",
  openApi: { type: "integer", format: "int64" },
  convert: (raw) => decodeInt64("", raw),
};

export const floatKind: FieldKind<number> = {
  typeName: "float",
  openApi: { type: "number", format: "float" },
  convert: (raw) => weakFloat("", raw),
};

export const boolKind: FieldKind<boolean> = {
  typeName: "bool",
  openApi: { type: "boolean" },
  convert: (raw) => weakBool("", raw),
};
