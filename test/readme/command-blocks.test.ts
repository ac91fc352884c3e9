import { expect, test } from "bun:test";
import { commandBlocks } from "./command-blocks.ts";
import { masked } from "./mask.ts";
import { runInOneShell } from "./shell-session.ts";

test("commands are read with what they print, over several lines and inside lists", () => {
  const [block, excused, last] = commandBlocks(
    [
      "## Use",
      "1. So:",
      "",
      "   ```console",
      "   $ vault write a \\",
      "       b=c",
      "   Success!",
      "   $ vault read a",
      "   ```",
      "<!-- not run here: it takes an hour -->",
      "```console",
      "$ make everything",
      "```",
      "```console run-last",
      "$ vault read b",
      "```",
    ].join("\n"),
  );
  expect(block?.steps).toEqual([
    { line: 5, command: "vault write a \\\n    b=c", output: ["Success!"] },
    { line: 8, command: "vault read a", output: [] },
  ]);
  expect(block).toMatchObject({ excuse: undefined, isLast: false });
  expect(excused).toMatchObject({ excuse: "it takes an hour" });
  expect(last).toMatchObject({ isLast: true });
});

test.each([
  ["```sh\nvault read a\n```"],
  ["text\n\n    vault read a\n"],
  ["```console\nvault read a\n```"],
  ["```console\n$ vault read a\n"],
])("commands cannot hide from the tests: %j", (text) => {
  expect(() => commandBlocks(text)).toThrow("line ");
});

test("only what moves is masked", () => {
  const answer = (token: string, id: string, name: string, ttl: string) =>
    `lease_id        cognito/creds/app/${id}\naccess_token    ${token}\nlease_duration  ${ttl}\nusername  ${name}`;
  const one = answer("eyJabc.eyJdef.sig", "Gj4zqjfZJzF4MLdnB98MimFV", "vaultc85-8ee4-4f60-b548-37fa494c8278@a.b", "1h");
  const other = answer("eyJxyz…", "1Wc…", "vault131-85a5-4ff5-8027-923077eb5f71@a.b", "1h");
  expect(masked(one)).toBe(masked(other));
  expect(masked(one)).not.toBe(masked(one.replace("1h", "2h")));
  expect(masked(one)).not.toBe(masked(one.replace("creds/app", "creds/other")));
  expect(masked(one)).not.toBe(masked(one.replace("eyJabc.eyJdef.sig", "n/a")));
  expect(masked(one)).not.toBe(masked(one.replace("@a.b", "@c.d")));
});

test("one shell runs all commands, and tells of each how it ended", async () => {
  const env = { PATH: process.env.PATH ?? "" };
  const results = await runInOneShell(["word=hello", 'echo "$word" >&2', "false", "echo on"], { cwd: "/", env });
  expect(results).toEqual([
    { exitCode: 0, output: "" },
    { exitCode: 0, output: "hello\n" },
    { exitCode: 1, output: "" },
    { exitCode: 0, output: "on\n" },
  ]);
});
