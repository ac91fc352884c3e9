import { expect, test } from "bun:test";
import fc from "fast-check";
import { hclog, type LogFields } from "./hclog.ts";

function recorded(now = Date.UTC(2026, 10, 22, 12, 31, 30, 123)) {
  const lines: string[] = [];
  return { lines, logger: hclog({ module: "toy", now: () => now, write: (line) => lines.push(line) }) };
}

function entries(lines: readonly string[]): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line));
}

test("a message is one line of JSON in the names the host knows", () => {
  const { lines, logger } = recorded();
  logger.warn("throttled\nby AWS", { attempt: 3, region: "eu-west-1", retry: true, absent: undefined });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toEndWith("}\n");
  expect(entries(lines)).toEqual([
    {
      "@level": "warn",
      "@message": "throttled\nby AWS",
      "@module": "toy",
      "@timestamp": "2026-11-22T12:31:30.123000Z",
      attempt: 3,
      region: "eu-west-1",
      retry: true,
    },
  ]);
});

test("every method names its level", () => {
  const { lines, logger } = recorded();
  const levels = ["trace", "debug", "info", "warn", "error"] as const;
  for (const level of levels) {
    logger[level]("by name");
    logger.log(level, "by argument");
  }
  expect(entries(lines).map((entry) => entry["@level"])).toEqual(levels.flatMap((level) => [level, level]));
});

test("the time has exactly six fractional digits, down to microseconds", () => {
  for (const [milliseconds, text] of [
    [0, "1970-01-01T00:00:00.000000Z"],
    [0.5, "1970-01-01T00:00:00.000500Z"],
    [1_700_000_000_000.25, "2023-11-14T22:13:20.000250Z"],
  ] as const) {
    const { lines, logger } = recorded(milliseconds);
    logger.info("");
    expect(entries(lines)[0]).toMatchObject({ "@timestamp": text });
  }
});

test("a logger's own fields stand on each of its lines, and a line's come before them", () => {
  const { lines, logger } = recorded();
  const mount = logger.with({ mount: "a", path: "x" }).with({ path: "y" });
  mount.info("first");
  mount.info("second", { path: "z" });
  logger.info("third");
  expect(entries(lines).map(({ mount, path }) => [mount, path])).toEqual([
    ["a", "y"],
    ["a", "z"],
    [undefined, undefined],
  ]);
});

test("whatever is logged, the host gets a line it can take apart: three strings, and less than 64 KiB", () => {
  const long = fc
    .tuple(fc.string({ unit: "binary", minLength: 1, maxLength: 3 }), fc.nat({ max: 30_000 }))
    .map(([text, times]) => text.repeat(times));
  const anything = fc.oneof(long, fc.anything({ withBigInt: true }));
  const names = fc.oneof(fc.constantFrom("@message", "@level", "@timestamp", "@module", "__proto__"), fc.string());
  fc.assert(
    fc.property(anything, fc.dictionary(names, anything), (message, fields) => {
      const { lines, logger } = recorded();
      logger.info(message as string, fields as LogFields);
      const [line = ""] = lines;
      const entry = JSON.parse(line);
      expect(Buffer.byteLength(line)).toBeLessThan(64 * 1024);
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(typeof entry["@message"]).toBe("string");
      expect([entry["@level"], entry["@module"], entry["@timestamp"]]).toEqual([
        "info",
        "toy",
        "2026-11-22T12:31:30.123000Z",
      ]);
    }),
    { numRuns: 200 },
  );
});

test("of what is too long the beginning stays, and what is cut is told", () => {
  const { lines, logger } = recorded();
  logger.error("e".repeat(100_000), { stack: "s".repeat(50_000), short: "kept" });
  expect(entries(lines)[0]).toMatchObject({
    "@message": `${"e".repeat(8_000)}… (92000 more characters)`,
    stack: `${"s".repeat(8_000)}… (42000 more characters)`,
    short: "kept",
  });
});

test("too many fields are dropped rather than the message", () => {
  const { lines, logger } = recorded();
  logger.error("kept", Object.fromEntries(Array.from({ length: 10_000 }, (_, number) => [`field ${number}`, number])));
  expect(entries(lines)[0]).toMatchObject({ "@message": "kept", fields_dropped: 10_000 });
  logger.error(
    "e".repeat(100_000),
    Object.fromEntries(Array.from({ length: 10_000 }, (_, number) => [number, number])),
  );
  expect(entries(lines)[1]).toMatchObject({ "@message": `${"e".repeat(500)}… (99500 more characters)` });
});

test("values that only untyped code can pass are named by their type, never shown", () => {
  const { lines, logger } = recorded();
  const fields = { object: { password: "hunter2" }, big: 1n, none: null, nan: Number.NaN, fn: () => "hunter2" };
  logger.info("odd", fields as unknown as LogFields);
  expect(lines[0]).not.toContain("hunter2");
  expect(entries(lines)[0]).toMatchObject({
    object: "(object)",
    big: "(bigint)",
    none: "(object)",
    nan: "NaN",
    fn: "(function)",
  });
});
