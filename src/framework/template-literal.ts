import { type Bytes, encodeText } from "./template-bytes.ts";

const oneByte: ReadonlyMap<string, Bytes> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ['"', '"'],
]);

const partOfQuoted =
  /([^\\]+)|\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abfnrtv\\"]))|\\./gsu;

/**
 * The value of Go's "quoted" text, given without its quotes (strconv.Unquote), or the first escape that it does not know.
 */
export function readQuoted(
  inside: string,
): { readonly value: Bytes } | { readonly unknown: string; readonly at: number } {
  const value: Bytes[] = [];
  for (const { 0: part, 1: plain, 2: hex, 3: octal, 4: short, 5: long, 6: letter, index } of inside.matchAll(
    partOfQuoted,
  )) {
    const byte = hex === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hex, 16);
    const point = Number.parseInt(short ?? long ?? "", 16);
    if (plain !== undefined) value.push(encodeText(plain));
    else if (letter !== undefined) value.push(oneByte.get(letter) as Bytes);
    else if (byte <= 0xff) value.push(String.fromCharCode(byte));
    else if (point < 0xd800 || (point > 0xdfff && point <= 0x10ffff))
      value.push(encodeText(String.fromCodePoint(point)));
    else return { unknown: part, at: index };
  }
  return { value: value.join("") };
}

/** The value of Go's `raw` text, given without its quotes: it holds no carriage returns. */
export function readRaw(inside: string): Bytes {
  return encodeText(inside.replaceAll("\r", ""));
}
