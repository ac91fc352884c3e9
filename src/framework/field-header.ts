import { Buffer } from "node:buffer";
import type { FieldKind } from "./field-kind.ts";
import { formatFloat, quote } from "./go-strconv.ts";
import { formatValue } from "./go-text.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { asIs, FieldConversionError, weakList, weakObject } from "./weak-decode.ts";

export type Headers = Readonly<Record<string, readonly string[]>>;

/** textproto.CanonicalMIMEHeaderKey: "x-vault-token" becomes "X-Vault-Token"; a name with other characters stays. */
function canonicalName(name: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return name;
  return name.toLowerCase().replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

function gather(entries: Iterable<readonly [string, string]>): Headers {
  const headers = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const canonical = canonicalName(name);
    const values = headers.get(canonical);
    if (values === undefined) headers.set(canonical, [value]);
    else values.push(value);
  }
  return Object.fromEntries(headers);
}

function* entriesOf(object: JsonObject): Iterable<readonly [string, string]> {
  for (const [name, group] of Object.entries(object)) {
    if (typeof group === "string") {
      yield [name, group];
      continue;
    }
    if (!Array.isArray(group)) throw new FieldConversionError(`unrecognized type for ${formatValue(group, "s")}`);
    for (const value of group as readonly Json[]) {
      if (typeof value !== "string") {
        const place = `key:${name}, val:${formatValue(group, "s")}`;
        throw new FieldConversionError(`received non-string value for header ${place}`);
      }
      yield [name, value];
    }
  }
}

/** The text itself, or what it is the base64 of. */
function decodeBase64(text: string): string {
  const plain = text.replaceAll(/[\r\n]/g, "");
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return text;
  return Buffer.from(plain, "base64").toString();
}

/** Engines of today pass a number's own text to a reviver (ECMAScript's "JSON.parse source text access"). */
type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const numbersAsText: Reviver = (_key, value, context) =>
  typeof value === "number" ? (context?.source ?? formatFloat(value)) : value;

function parseHeaderText(text: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(decodeBase64(text), numbersAsText as Parameters<typeof JSON.parse>[1]) as Json;
  } catch {
    throw new FieldConversionError("the text is not a JSON object");
  }
  if (value === null) return {};
  if (!isJsonObject(value)) throw new FieldConversionError("the text is not a JSON object");
  return value;
}

function* pairsOf(raw: Json): Iterable<readonly [string, string]> {
  for (const pair of weakList("", raw, asIs)) {
    // Go quotes nothing of what is not text.
    const text = typeof pair === "string" ? pair : "";
    const colon = text.indexOf(":");
    if (colon < 1) throw new FieldConversionError(`invalid key pair ${quote(text)}`);
    yield [text.slice(0, colon), text.slice(colon + 1)];
  }
}

function asObject(raw: Json): JsonObject | undefined {
  try {
    return weakObject("", raw);
  } catch (error) {
    if (!(error instanceof FieldConversionError)) throw error;
    return undefined;
  }
}

/** An object of texts and lists, the JSON of one, plain or in base64, or a list of "name:value". */
export const headerKind: FieldKind<Headers> = {
  typeName: "header",
  openApi: { type: "string" },
  convert(raw) {
    if (typeof raw === "string") return gather(entriesOf(parseHeaderText(raw)));
    const object = asObject(raw);
    return gather(object === undefined ? pairsOf(raw) : entriesOf(object));
  },
};
