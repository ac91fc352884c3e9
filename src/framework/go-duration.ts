import { abridge, type Parsed, parseInt64 } from "./go-strconv.ts";

const nanosecondsPer: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n],
  ["\u03bcs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

const secondNanoseconds = 1_000_000_000n;
const dayNanoseconds = 86_400n * secondNanoseconds;
const limit = 2n ** 63n;
const part = /([0-9]*)(\.[0-9]*)?([^0-9.]*)/y;

/** How package time quotes: what is no printable ASCII as bytes. */
function quote(text: string): string {
  const inside = abridge(text)
    .toWellFormed()
    .replaceAll(/["\\]|[^ -\x7f]/gu, (character) => {
      if (character === '"' || character === "\\") return `\\${character}`;
      return Array.from(new TextEncoder().encode(character), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(
        "",
      );
    });
  return `"${inside}"`;
}

/** time.ParseDuration in nanoseconds: "1h30m", "-1.5h", "100ms". */
export function parseGoDuration(text: string): Parsed<bigint> {
  const invalid = { error: `time: invalid duration ${quote(text)}` };
  const negative = text.startsWith("-");
  const unsigned = negative || text.startsWith("+") ? text.slice(1) : text;
  if (unsigned === "0") return { value: 0n };
  if (unsigned === "") return invalid;
  let total = 0n;
  part.lastIndex = 0;
  while (part.lastIndex < unsigned.length) {
    const [, whole = "", fraction = "", unit = ""] = part.exec(unsigned) ?? [];
    if (whole === "" && (fraction === "" || fraction === ".")) return invalid;
    const significant = whole.replace(/^0+/, "");
    if (significant.length > 19) return invalid;
    const count = BigInt(significant === "" ? 0 : significant);
    if (count > limit) return invalid;
    if (unit === "") return { error: `time: missing unit in duration ${quote(text)}` };
    const scale = nanosecondsPer.get(unit);
    if (scale === undefined) return { error: `time: unknown unit ${quote(unit)} in duration ${quote(text)}` };
    total += count * scale + fractionOf(fraction.slice(1), scale);
    if (total > limit) return invalid;
  }
  if (negative) return { value: -total };
  return total === limit ? invalid : { value: total };
}

/** Go counts on a fraction's digits for as long as they fit in 63 bits, and does the rest in floating point. */
function fractionOf(digits: string, scale: bigint): bigint {
  let count = 0n;
  let divisor = 1;
  // Digits that far behind the point are less than a nanosecond.
  for (const digit of digits.slice(0, 40)) {
    const next = count * 10n + BigInt(digit);
    if (next > limit) break;
    count = next;
    divisor *= 10;
  }
  return count === 0n ? 0n : BigInt(Math.trunc(Number(count) * (Number(scale) / divisor)));
}

const overflow = { error: "multiplication of durations resulted in overflow, one operand may be too large" };

function fits(nanoseconds: bigint): Parsed<bigint> {
  return nanoseconds < -limit || nanoseconds >= limit ? overflow : { value: nanoseconds };
}

/**
 * parseutil.ParseDurationSecond in nanoseconds: a number means seconds, "" none, digits seconds, a trailing "d" days,
 * and anything else is a Go duration.
 */
export function parseDuration(input: number | string): Parsed<bigint> {
  if (typeof input === "number") return fits(BigInt(Math.trunc(input)) * secondNanoseconds);
  if (input === "") return { value: 0n };
  const seconds = parseInt64(input, { prefixes: false });
  if ("value" in seconds) return fits(seconds.value * secondNanoseconds);
  if (!input.endsWith("d")) return parseGoDuration(input);
  const days = parseInt64(input.slice(0, -1), { prefixes: false });
  return "value" in days ? fits(days.value * dayNanoseconds) : days;
}

/** Whole seconds of a duration, towards zero, with the rounding of Go's Duration.Seconds. */
export function wholeSeconds(nanoseconds: bigint): number {
  const whole = Number(nanoseconds / secondNanoseconds);
  return Math.trunc(whole + Number(nanoseconds % secondNanoseconds) / 1e9) || 0;
}
