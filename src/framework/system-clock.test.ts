import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { systemClock } from "./system-clock.ts";

const gone = new Error("the caller has gone");

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

async function outcome(sleep: Promise<void>): Promise<unknown> {
  return sleep.then(
    () => "slept",
    (reason: unknown) => reason,
  );
}

test("a sleep ends in its time", async () => {
  const asleep = outcome(systemClock.sleep(1000, new AbortController().signal));
  jest.advanceTimersByTime(1000);
  expect(await asleep).toBe("slept");
});

test("a sleep that is cut short ends at once, and leaves no timer", async () => {
  const caller = new AbortController();
  const asleep = outcome(systemClock.sleep(1000, caller.signal));
  caller.abort(gone);
  expect(await asleep).toBe(gone);
  expect(jest.getTimerCount()).toBe(0);
});

test("nobody sleeps for a caller who has gone before", async () => {
  expect(await outcome(systemClock.sleep(1000, AbortSignal.abort(gone)))).toBe(gone);
  expect(jest.getTimerCount()).toBe(0);
});
