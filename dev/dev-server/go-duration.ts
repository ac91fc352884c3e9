/** Durations as Vault's users write them and as Vault prints them. */

const secondsPer: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/**
 * Whole seconds of a number, "90", "1h30m" or "2d" (go-secure-stdlib/parseutil: ParseDurationSecond). Undefined for anything else.
 */
export function parseSeconds(value: unknown): number | undefined {
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (text === "") return 0;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  if (/^[+-]?\d+d$/.test(text)) return Number(text.slice(0, -1)) * 86_400;
  return parseGoDuration(text);
}

function parseGoDuration(text: string): number | undefined {
  const [, sign, body = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let seconds = 0;
  for (const [, number, unit = ""] of body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    seconds += Number(number) * (secondsPer[unit] ?? 0);
  }
  return Math.trunc(sign === "-" ? -seconds : seconds);
}

/** As Vault prints durations: 3600 is "1h", 90 is "1m30s". */
export function formatSeconds(seconds: number): string {
  const parts: readonly [number, string][] = [
    [Math.trunc(seconds / 3600), "h"],
    [Math.trunc(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count !== 0);
  const last = parts.findLastIndex(([count]) => count !== 0);
  if (first === -1) return "0s";
  return parts
    .slice(first, last + 1)
    .map(([count, unit]) => `${count}${unit}`)
    .join("");
}
