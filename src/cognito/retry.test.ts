import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { startBudget } from "./request-budget.ts";
import { type RetryAdvice, withRetries } from "./retry.ts";

/** Something that fails each time; the moments of its attempts, in milliseconds since the first. */
async function attemptsOf(
  advice: RetryAdvice,
  { maxRetries = -1, milliseconds = 75_000, signal = new AbortController().signal } = {},
) {
  const clock = new ManualClock();
  const began = clock.now();
  const moments: number[] = [];
  const attempt = async () => {
    moments.push(clock.now() - began);
    return "failed";
  };
  const budget = startBudget(clock, milliseconds, signal);
  const result = withRetries({ clock, random: randomBytes, maxRetries }, budget, attempt, () => advice);
  expect(await clock.settle(result)).toBe("failed");
  return moments;
}

const pauses = (moments: readonly number[]) => moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));

test("each pause is about twice the last one, up to ten seconds, with up to half of it left to chance", async () => {
  const moments = await attemptsOf("retry");
  const ceilings = pauses(moments).map((_, index) => Math.min(10_000, 200 * 2 ** index));
  for (const [index, pause] of pauses(moments).entries()) {
    expect(pause).toBeWithin((ceilings[index] ?? 0) / 2, (ceilings[index] ?? 0) + 1);
  }
  expect(moments.length).toBeWithin(11, 18);
});

test("callers who failed together do not come back together", async () => {
  const runs = await Promise.all(Array.from({ length: 20 }, () => attemptsOf("retry", { maxRetries: 4 })));
  expect(new Set(runs.map((moments) => moments.at(-1))).size).toBeGreaterThan(15);
});

test("no attempt begins after the budget's end", async () => {
  for (const milliseconds of [50, 1_000, 30_000, 75_000]) {
    expect(Math.max(...(await attemptsOf("retry", { milliseconds })))).toBeLessThan(milliseconds);
  }
});

test("attempts are as many as allowed, a few where nobody listens, and one where another makes no sense", async () => {
  expect(await attemptsOf("retry", { maxRetries: 3 })).toHaveLength(4);
  expect(await attemptsOf("retry", { maxRetries: 0 })).toHaveLength(1);
  expect(await attemptsOf("unreachable")).toHaveLength(6);
  expect(await attemptsOf("unreachable", { maxRetries: 2 })).toHaveLength(3);
  expect(await attemptsOf("never")).toHaveLength(1);
});

test("a caller who has gone is not waited for", async () => {
  expect(await attemptsOf("retry", { signal: AbortSignal.abort() })).toHaveLength(1);
});
