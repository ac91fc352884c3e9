import { afterEach, beforeEach, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lineWriter } from "./line-writer.ts";

let folder = "";
let pipe = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pipe-"));
  pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
});
afterEach(() => rmSync(folder, { recursive: true }));

function drained(descriptor: number): string {
  const buffer = Buffer.alloc(4 * 1024 * 1024);
  let length = 0;
  try {
    while (true) {
      length += readSync(descriptor, buffer, length, buffer.length - length, null);
    }
  } catch {
    return buffer.toString("utf8", 0, length);
  }
}

test("lines are written whole and in order", () => {
  const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const write = lineWriter(descriptor);
  write("first\n");
  write("zweite …\n");
  expect(drained(descriptor)).toBe("first\nzweite …\n");
  closeSync(descriptor);
});

test("a reader that stops reading costs one wait, not one for every line, and finds whole lines when it is back", () => {
  const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const write = lineWriter(descriptor);
  const started = performance.now();
  const line = `${"x".repeat(9_999)}\n`;
  for (let number = 0; number < 1_000; number += 1) {
    write(line);
  }
  expect(performance.now() - started).toBeLessThan(4_000);
  const [last = "", ...whole] = drained(descriptor).split("\n").reverse();
  expect(whole.length).toBeGreaterThan(0);
  expect(whole.every((text) => text.length === 9_999)).toBeTrue();
  expect(last).toMatch(/^x+$/);
  write("back\n");
  expect(drained(descriptor)).toBe("\nback\n");
  write("again\n");
  expect(drained(descriptor)).toBe("again\n");
  closeSync(descriptor);
});

test("a reader that is gone harms nobody", () => {
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  closeSync(reader);
  const write = lineWriter(writer);
  write("nobody reads this\n");
  closeSync(writer);
  write("nor this\n");
});
