import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nanosecondsToSeconds, secondsToNanoseconds } from "./durations.ts";

describe("durations between seconds and Go's nanoseconds", () => {
  test.each([
    [0, 0n],
    [1, 1_000_000_000n],
    [1.5, 1_500_000_000n],
    [0.000000001, 1n],
    [2_764_800, 2_764_800_000_000_000n],
    // What no int64 holds is as long as can be, so that a host's own limit decides.
    [9_223_372_037, 9_223_372_036_854_775_807n],
    [1e300, 9_223_372_036_854_775_807n],
  ])("%p seconds are %p nanoseconds", (seconds, nanoseconds) => {
    expect(secondsToNanoseconds(seconds)).toBe(nanoseconds);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, -0.5])("%p is refused", (seconds) => {
    expect(() => secondsToNanoseconds(seconds)).toThrow(RangeError);
  });

  test("whole seconds come back as they went, whatever their size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_223_372_036 }), (seconds) => {
        expect(nanosecondsToSeconds(secondsToNanoseconds(seconds))).toBe(seconds);
      }),
    );
  });

  test("a host's fractions and negative durations are kept", () => {
    expect(nanosecondsToSeconds(1_500_000_000n)).toBe(1.5);
    expect(nanosecondsToSeconds(-30_000_000_000n)).toBe(-30);
  });
});
