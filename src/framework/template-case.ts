import { toLower } from "./go-text.ts";
import { type Bytes, decodeText, encodeText, isAscii } from "./template-bytes.ts";

/** strings.ToLower. */
export function lowercase(bytes: Bytes): Bytes {
  return isAscii(bytes) ? bytes.toLowerCase() : encodeText(toLower(decodeText(bytes)));
}

/** strings.ToUpper: one character for one, where JavaScript would write "SS" for "ß". */
export function uppercase(bytes: Bytes): Bytes {
  if (isAscii(bytes)) return bytes.toUpperCase();
  let upper = "";
  for (const character of decodeText(bytes)) upper += upperCharacter(character);
  return encodeText(upper);
}

function upperCharacter(character: string): string {
  const upper = character.toUpperCase();
  if (upper.length === character.length) return upper;
  return greekWithIotaBelow(character) ?? character;
}

/** Greek letters with an iota subscript have a capital of one character, which JavaScript passes over for two. */
function greekWithIotaBelow(character: string): string | undefined {
  const code = character.charCodeAt(0);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCharCode(code + 9);
  const hasCapital = code >= 0x1f80 && code <= 0x1faf && code % 16 < 8;
  return hasCapital ? String.fromCharCode(code + 8) : undefined;
}
