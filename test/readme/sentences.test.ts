import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sectionOf } from "./documents.ts";

const src = join(import.meta.dirname, "../../src");
const sources = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));

/** The first cell of each row of the table of messages. */
const messages = sectionOf("README.md", "Troubleshooting")
  .split("\n")
  .flatMap((line) => /^\| `(.+?)`/.exec(line)?.[1] ?? []);

test("every message that the README explains is one that the plugin can say", () => {
  expect(messages.length).toBeGreaterThan(10);
  const words = messages.flatMap((message) => message.split(/…|: (?=[A-Z]|allow)|; /)).map((part) => part.trim());
  const telling = words.filter((part) => part.length > 4);
  const unknown = telling.filter((part) => !sources.some((text) => text.includes(part)));
  expect(unknown).toEqual([]);
});
