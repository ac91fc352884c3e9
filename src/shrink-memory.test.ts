import { afterEach, beforeEach, expect, jest, spyOn, test } from "bun:test";
import { shrinkMemoryAfterStart } from "./shrink-memory.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test("memory is given back once, when the server has set up its mounts", () => {
  const shrink = spyOn(Bun, "shrink").mockReturnValue(undefined);
  shrinkMemoryAfterStart();
  jest.advanceTimersByTime(1999);
  expect(shrink).toHaveBeenCalledTimes(0);
  jest.advanceTimersByTime(1);
  expect(shrink).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(60_000);
  expect(shrink).toHaveBeenCalledTimes(1);
  shrink.mockRestore();
});
