/** Go keeps durations as signed 64-bit nanoseconds; the framework counts seconds. */
const nanosecondsPerSecond = 1_000_000_000n;
const longest = 2n ** 63n - 1n;

/**
 * Seconds as nanoseconds. What does not fit (292 years) becomes the longest duration there is: hosts cap it by the
 * mount's limits anyway, and refusing it here would strand credentials that are already issued.
 * @throws RangeError for NaN, infinities and negative numbers.
 */
export function secondsToNanoseconds(seconds: number): bigint {
  if (!Number.isFinite(seconds) || seconds < 0) throw new RangeError("a duration is not a number of seconds");
  const whole = Math.trunc(seconds);
  const nanoseconds = BigInt(whole) * nanosecondsPerSecond + BigInt(Math.round((seconds - whole) * 1e9));
  return nanoseconds > longest ? longest : nanoseconds;
}

export function nanosecondsToSeconds(nanoseconds: bigint): number {
  return Number(nanoseconds / nanosecondsPerSecond) + Number(nanoseconds % nanosecondsPerSecond) / 1e9;
}
