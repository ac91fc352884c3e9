/**
 * Go's strconv, as far as the reading of fields needs it: same texts accepted, same error texts. All of it takes time
 * in proportion to the text.
 */

export type Parsed<T> = { readonly value: T } | { readonly error: string };

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

function syntaxError(fn: string, text: string): { readonly error: string } {
  return { error: `strconv.${fn}: parsing ${quote(text)}: invalid syntax` };
}

function rangeError(fn: string, text: string): { readonly error: string } {
  return { error: `strconv.${fn}: parsing ${quote(text)}: value out of range` };
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["\x07", String.raw`\a`],
  ["\b", String.raw`\b`],
  ["\f", String.raw`\f`],
  ["\n", String.raw`\n`],
  ["\r", String.raw`\r`],
  ["\t", String.raw`\t`],
  ["\v", String.raw`\v`],
  ['"', String.raw`\"`],
  ["\\", String.raw`\\`],
]);

/** Megabytes of input, which Go would quote in full, help nobody in a message. */
const longestQuotation = 1000;

/** The beginning of a text that is too long to be quoted. */
export function abridge(text: string): string {
  return text.length <= longestQuotation ? text : `${text.slice(0, longestQuotation)}…`;
}

/** strconv.Quote: a Go string literal, abridged. */
export function quote(text: string): string {
  const inside = abridge(text)
    .toWellFormed()
    .replaceAll(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
      const escaped = escapes.get(character);
      if (escaped !== undefined) return escaped;
      const code = character.codePointAt(0) as number;
      if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
      if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
      return `\\U${code.toString(16).padStart(8, "0")}`;
    });
  return `"${inside}"`;
}

/** Whether every underscore stands between digits, or after a base prefix (strconv.underscoreOK). */
function underscoresFit(unsigned: string): boolean {
  const isHex = /^0x/i.test(unsigned);
  const digits = isHex || /^0[bo]/i.test(unsigned) ? `0${unsigned.slice(2)}` : unsigned;
  return !(isHex ? /^_|_$|_[^0-9a-f]|[^0-9a-f]_/i : /^_|_$|_[^0-9]|[^0-9]_/).test(digits);
}

interface Base {
  readonly prefix: RegExp;
  readonly prefixLength: number;
  readonly digits: RegExp;
  /** More digits than this do not fit in 64 bits. */
  readonly most: number;
  /** How JavaScript writes the prefix. */
  readonly literal: string;
}

const decimal: Base = { prefix: /^/, prefixLength: 0, digits: /^[0-9]*/, most: 20, literal: "" };
const bases: readonly Base[] = [
  { prefix: /^0b/i, prefixLength: 2, digits: /^[01_]*/, most: 64, literal: "0b" },
  { prefix: /^0o/i, prefixLength: 2, digits: /^[0-7_]*/, most: 22, literal: "0o" },
  { prefix: /^0x/i, prefixLength: 2, digits: /^[0-9a-f_]*/i, most: 16, literal: "0x" },
  { prefix: /^0./, prefixLength: 1, digits: /^[0-7_]*/, most: 22, literal: "0o" },
  { ...decimal, digits: /^[0-9_]*/ },
];

/**
 * strconv.ParseInt(text, 0 or 10, 64). `prefixes` is base 0: 0x, 0o, 0b, a leading 0 for octal, and underscores.
 */
export function parseInt64(text: string, { prefixes }: { readonly prefixes: boolean }): Parsed<bigint> {
  const negative = text.startsWith("-");
  const unsigned = negative || text.startsWith("+") ? text.slice(1) : text;
  const base = prefixes ? (bases.find(({ prefix }) => prefix.test(unsigned)) ?? decimal) : decimal;
  const digits = unsigned.slice(base.prefixLength);
  const read = base.digits.exec(digits)?.[0] ?? "";
  const significant = read.replaceAll("_", "").replace(/^0+/, "");
  // Go meets the overflow before whatever stands behind it.
  if (significant.length > base.most) return rangeError("ParseInt", text);
  const magnitude = significant === "" ? 0n : BigInt(base.literal + significant);
  if (magnitude >= 2n ** 64n) return rangeError("ParseInt", text);
  if (read.length < digits.length || digits === "" || (read.includes("_") && !underscoresFit(unsigned))) {
    return syntaxError("ParseInt", text);
  }
  const value = negative ? -magnitude : magnitude;
  return value < int64Min || value > int64Max ? rangeError("ParseInt", text) : { value };
}

const decimalFloat = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i;
const hexFloat = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?p([+-]?[0-9]+)$/i;

/** strconv.ParseFloat(text, 64), but for "inf" and "nan", which no JSON could carry on: they count as out of range. */
export function parseFloat64(text: string): Parsed<number> {
  if (/^(?:[+-]?inf(?:inity)?|nan)$/i.test(text)) return rangeError("ParseFloat", text);
  const isHex = /^[+-]?0x/i.test(text);
  const hasUnderscores = text.includes("_");
  if (hasUnderscores && !underscoresFit(text.replace(/^[+-]/, ""))) return syntaxError("ParseFloat", text);
  const plain = hasUnderscores ? text.replaceAll("_", "") : text;
  let value: number | undefined;
  if (isHex) value = hexFloatValue(plain);
  else if (decimalFloat.test(plain)) value = Number(plain);
  if (value === undefined) return syntaxError("ParseFloat", text);
  return Number.isFinite(value) ? { value } : rangeError("ParseFloat", text);
}

function hexFloatValue(text: string): number | undefined {
  const [, sign, whole = "", fraction = "", exponent] = hexFloat.exec(text) ?? [];
  if (whole + fraction === "") return undefined;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`)) * (sign === "-" ? -1 : 1);
  if (mantissa === 0) return mantissa;
  const power = Math.max(-5000, Math.min(5000, Number(exponent))) - 4 * fraction.length;
  // In two steps, so that neither overflows while the product does not.
  return mantissa * 2 ** Math.trunc(power / 2) * 2 ** (power - Math.trunc(power / 2));
}

const trueTexts: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const falseTexts: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** strconv.ParseBool. */
export function parseBool(text: string): Parsed<boolean> {
  if (trueTexts.has(text)) return { value: true };
  return falseTexts.has(text) ? { value: false } : syntaxError("ParseBool", text);
}

/** The shortest digits that read back as `value`, and the exponent of the first of them. */
function shortestDigits(value: number): { readonly digits: string; readonly exponent: number } {
  const [mantissa = "", exponent = ""] = Math.abs(value).toExponential().split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function decimalNotation(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  if (exponent >= digits.length - 1) return digits + "0".repeat(exponent - digits.length + 1);
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

/** strconv.FormatFloat(value, 'f', -1, 64): never an exponent. */
export function formatFloat(value: number): string {
  const { digits, exponent } = shortestDigits(value);
  return signOf(value) + decimalNotation(digits, exponent);
}

/** fmt's %v of a float64: an exponent from 1e+06 and below 1e-4. */
export function formatFloatBriefly(value: number): string {
  const { digits, exponent } = shortestDigits(value);
  if (exponent >= -4 && exponent < 6) return signOf(value) + decimalNotation(digits, exponent);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const power = `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  return `${signOf(value)}${digits[0]}${fraction}e${power}`;
}
