import { expect, test } from "bun:test";
import fc from "fast-check";
import { compareAsUtf8 } from "./utf8-order.ts";

test("strings are ordered by their bytes, as Go's storages order keys", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(Math.sign(compareAsUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test("an emoji comes after U+FFFD, where JavaScript would put it first", () => {
  expect(["😀", "\uFFFD", "a", "ab"].sort(compareAsUtf8)).toEqual(["a", "ab", "\uFFFD", "😀"]);
});
