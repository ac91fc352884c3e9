import { expect, test } from "bun:test";
import { textLog } from "./log.ts";
import { logPluginLine, readPluginLine } from "./plugin-log.ts";

const line = (fields: object): string => JSON.stringify({ "@timestamp": "2026-01-02T03:04:05.000006Z", ...fields });

test("a line of the log is taken apart as Vault does it", () => {
  expect(readPluginLine(line({ "@level": "WARN", "@message": "careful", "@module": "toy", count: 2 }))).toEqual({
    level: "warn",
    message: "careful",
    fields: { count: 2 },
  });
});

test.each([
  ["[WARN] plain", "warn"],
  ["plain", "debug"],
  ['{"half": ', "debug"],
  [line({ "@level": "loud", "@message": "a" }), "debug"],
  ['{"@level": "info", "@message": "a", "@timestamp": "2026-01-02T03:04:05.000Z"}', "debug"],
])("%s is shown as it is, at %p", (text, level) => {
  expect(readPluginLine(text)).toEqual({ level: level as "debug", message: text, fields: {} });
});

test("a line on which a real server would crash is told as what it is", () => {
  const written: string[] = [];
  const log = textLog({ level: "trace", now: () => 0, write: (text) => written.push(text) });
  logPluginLine(log, '{"@message": 5}');
  logPluginLine(log, "");
  expect(written).toEqual([
    "1970-01-01T00:00:00.000Z [ERROR] a JSON line of the plugin's stderr has a @message that is not text: Vault would crash on it\n",
  ]);
});

test("the server's own log is one line a message, from its level on", () => {
  const written: string[] = [];
  const log = textLog({ level: "info", now: () => 0, write: (text) => written.push(text) });
  log("debug", "not shown");
  log("info", "two\nlines\n", { path: "a/b", error: 'said "no"', none: undefined });
  expect(written).toEqual(['1970-01-01T00:00:00.000Z [INFO]  two\\nlines: path=a/b error="said \\"no\\""\n']);
});
