import { expect, test } from "bun:test";
import { median, quantile, ratio } from "./statistics.ts";

test("quantiles are values that were measured, the median may lie between two", () => {
  expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(quantile([1, 2, 3, 4], 0.99)).toBe(4);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
  expect(() => median([])).toThrow("no values");
});

test("a ratio is that of the medians; its spread is that of the rounds, each by itself", () => {
  expect(ratio([8, 6, 30], [10, 12, 20])).toEqual({ value: 8 / 12, low: 0.5, high: 1.5 });
  expect(() => ratio([1], [1, 2])).toThrow("not the same rounds");
});
