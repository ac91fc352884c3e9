import { formatFloatBriefly } from "./go-strconv.ts";
import { isJsonObject, type Json } from "./json.ts";

// unicode.IsSpace: neither String.trim's set (which has U+FEFF, and lacks U+0085) nor RegExp's.
function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code >= 0x2000 && code <= 0x200a) return true;
  return code === 0x1680 || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** strings.ToLower: one character for one, whatever stands beside it. */
export function toLower(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let lower = "";
  for (const character of text) lower += character === "\u0130" ? "i" : character.toLowerCase();
  return lower;
}

/** The name of the Go type that encoding/json gives a value. */
export function goTypeName(value: Json): string {
  if (value === null) return "<nil>";
  if (typeof value === "number") return "float64";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return isJsonObject(value) ? "map[string]interface {}" : "[]interface {}";
}

/** What is nested deeper is left out: messages are abridged long before, and calls cannot nest without end. */
const deepest = 1000;

/** fmt's %v of a decoded JSON value, or its %s, which marks what is no text. */
export function formatValue(value: Json, verb: "v" | "s" = "v"): string {
  if (value === null && verb === "s") return "%!s(<nil>)";
  return formatElement(value, verb, 0);
}

function formatElement(value: Json, verb: "v" | "s", depth: number): string {
  if (value === null) return "<nil>";
  if (typeof value === "string") return value;
  if (typeof value === "object") {
    if (depth === deepest) return "…";
    const format = (inner: Json) => formatElement(inner, verb, depth + 1);
    if (!isJsonObject(value)) return `[${value.map(format).join(" ")}]`;
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${format(value[key] as Json)}`).join(" ")}]`;
  }
  const text = typeof value === "number" ? formatFloatBriefly(value) : String(value);
  return verb === "v" ? text : `%!s(${goTypeName(value)}=${text})`;
}
