import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { watchParent } from "./parent-watch.ts";

let parent = 100;
let gone = 0;

function watched() {
  return watchParent(
    () => parent,
    () => {
      gone += 1;
    },
  );
}

beforeEach(() => {
  jest.useFakeTimers();
  parent = 100;
  gone = 0;
});
afterEach(() => {
  jest.useRealTimers();
});

test("a parent's end is seen within a second, once", () => {
  watched();
  jest.advanceTimersByTime(60_000);
  expect(gone).toBe(0);
  parent = 1;
  jest.advanceTimersByTime(1_000);
  expect(gone).toBe(1);
  jest.advanceTimersByTime(60_000);
  expect(gone).toBe(1);
});

test("a sign that the parent may be gone is followed at once, and means nothing by itself", () => {
  const watch = watched();
  watch.check();
  expect(gone).toBe(0);
  parent = 1;
  watch.check();
  expect(gone).toBe(1);
});

test("a parent with the number 1, as in a container, is a parent like any other", () => {
  parent = 1;
  watched();
  jest.advanceTimersByTime(60_000);
  expect(gone).toBe(0);
});

test("after it is stopped nothing is watched", () => {
  watched().stop();
  parent = 1;
  jest.advanceTimersByTime(60_000);
  expect(gone).toBe(0);
});
