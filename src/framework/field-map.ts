import type { FieldKind } from "./field-kind.ts";
import { quote } from "./go-strconv.ts";
import type { Json, JsonObject } from "./json.ts";
import { FieldConversionError, weakList, weakMap, weakObject, weakString } from "./weak-decode.ts";

export const mapKind: FieldKind<JsonObject> = {
  typeName: "map",
  openApi: { type: "object", format: "map" },
  convert: (raw) => weakObject("", raw),
};

export const keyPairsKind: FieldKind<Readonly<Record<string, string>>> = {
  typeName: "keypair",
  openApi: { type: "object", format: "kvpairs" },
  convert(raw) {
    // Go refuses it, and command lines have no other way to say "none".
    if (raw === "") return {};
    try {
      return weakMap("", raw, weakString);
    } catch (error) {
      if (!(error instanceof FieldConversionError)) throw error;
      return pairsOf(raw);
    }
  },
};

function pairsOf(raw: Json): Readonly<Record<string, string>> {
  const pairs = weakList("", raw, weakString).map((pair): [string, string] => {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new FieldConversionError(`invalid key pair ${quote(pair)}`);
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}
