import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Reader } from "../../test/readme/reader.ts";
import { describeOnEveryServer } from "../../test/servers/every-server.ts";

const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

test("the guide shows lines of these very files", () => {
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts"))
    .map(read);
  const shown = [...read("README.md").matchAll(/^```ts\n([\s\S]+?)^```/gm)].map(([, code = ""]) => code);
  expect(shown.length).toBeGreaterThan(4);
  expect(shown.filter((code) => !sources.some((source) => source.includes(code)))).toEqual([]);
});

describeOnEveryServer("a reader of the guide", ({ shared, test }) => {
  test("sees what it says", async () => {
    using reader = new Reader(shared());
    const { seen, told, exitCodes } = await reader.follow(
      "examples/random-words/README.md",
      join(import.meta.dirname, "../.."),
    );
    expect(seen).toBe(told);
    expect(exitCodes).toEqual(exitCodes.map(() => 0));
  });
});
