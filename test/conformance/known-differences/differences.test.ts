import { expect, test } from "bun:test";
import { complaints, differences } from "./differences.ts";

test("two values differ where a leaf differs, and where only one of them has one", () => {
  expect(differences({ a: { b: 1, c: [1] }, d: {} }, { a: { b: "1", c: [1, 2] }, d: {} })).toEqual([
    { at: "a b", theirs: 1, ours: "1" },
    { at: "a c 1", theirs: undefined, ours: 2 },
  ]);
  expect(differences({ a: null }, { a: {} })).toEqual([{ at: "a", theirs: null, ours: {} }]);
});

test("what nobody meant is told from what is known, and what is no longer there is noticed", () => {
  const found = [
    { at: "a b", theirs: 1, ours: "2" },
    { at: "a c", theirs: undefined, ours: [] },
  ];
  expect(complaints(found, [{ why: "meant", at: ["a *"] }])).toEqual([]);
  expect(complaints(found, [{ why: "meant", at: ["a b"], theirs: "1", ours: "2" }])).toEqual([
    "not listed: a c: theirs nothing, ours []",
  ]);
  expect(complaints(found, [{ why: "old", at: ["a *", "a"] }])).toEqual(["no longer there: a (old)"]);
  expect(complaints([], [{ why: "old", at: ["x"] }])).toEqual(["no longer there: x (old)"]);
});
