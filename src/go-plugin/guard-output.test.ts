import { expect, test } from "bun:test";
import { guardOutput, type Outputs } from "./guard-output.ts";
import { hclog } from "./hclog.ts";

function guarded() {
  const logged: [string, string][] = [];
  const write = (line: string): void => {
    const entry = JSON.parse(line);
    logged.push([entry["@level"], entry["@message"]]);
  };
  const untouched = (): never => {
    throw new Error("something was printed");
  };
  const console = Object.fromEntries(
    ["trace", "debug", "log", "table", "dir", "info", "warn", "error"].map((method) => [method, untouched]),
  );
  const outputs = { console, stdout: { write: untouched }, stderr: { write: untouched } } as unknown as Outputs;
  guardOutput(outputs, hclog({ module: "toy", now: () => 0, write }));
  return { outputs, logged };
}

test("what is printed to the console is in the log, at the level of its method", () => {
  const { outputs, logged } = guarded();
  outputs.console.log?.("%s of %d", "three", 4);
  outputs.console.dir?.({ a: 1 });
  outputs.console.table?.("of values");
  outputs.console.info?.("info");
  outputs.console.warn?.("warn");
  outputs.console.error?.("error");
  outputs.console.debug?.("debug");
  outputs.console.trace?.("trace");
  expect(logged).toEqual([
    ["debug", "three of 4"],
    ["debug", "{ a: 1 }"],
    ["debug", "of values"],
    ["info", "info"],
    ["warn", "warn"],
    ["error", "error"],
    ["debug", "debug"],
    ["trace", "trace"],
  ]);
});

test("what is written to stdout or stderr is in the log, and the writer is told that it is written", async () => {
  const { outputs, logged } = guarded();
  const written = Promise.withResolvers<void>();
  expect(outputs.stdout.write("to stdout\n")).toBeTrue();
  expect(outputs.stderr.write(new TextEncoder().encode("to stderr\n"), () => written.resolve())).toBeTrue();
  await written.promise;
  expect(logged).toEqual([
    ["debug", "to stdout"],
    ["debug", "to stderr"],
  ]);
});
