/**
 * A Go string is bytes, and templates can tell: truncate counts them, and sha256 and base64 see half a character. Here
 * such a string is a JavaScript string with one character, U+0000 to U+00FF, for each byte.
 */
export type Bytes = string;

const ascii = /^[^\x80-\xff]*$/;

/** One match for each character of valid UTF-8, or for a single byte that belongs to none (utf8.DecodeRune). */
const characters =
  /[^\x80-\xff]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

export function isAscii(bytes: Bytes): boolean {
  return ascii.test(bytes);
}

/** The bytes of a text's UTF-8. A lone surrogate becomes U+FFFD. */
export function encodeText(text: string): Bytes {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The text of UTF-8 bytes. Each byte that is not part of a character becomes U+FFFD, as in what Go writes as JSON. */
export function decodeText(bytes: Bytes): string {
  if (isAscii(bytes)) return bytes;
  return bytes.replaceAll(characters, (character) => Buffer.from(character, "latin1").toString("utf8"));
}

/** The bytes of each character (Go: rune). */
export function splitCharacters(bytes: Bytes): readonly Bytes[] {
  return bytes.match(characters) ?? [];
}

export function countCharacters(bytes: Bytes): number {
  return isAscii(bytes) ? bytes.length : splitCharacters(bytes).length;
}

/** The first `count` characters. */
export function firstCharacters(bytes: Bytes, count: number): Bytes {
  return isAscii(bytes) ? bytes.slice(0, count) : splitCharacters(bytes).slice(0, count).join("");
}
