import { afterEach, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Runs `.ci/run` where `make <target>` does what the script given for the target does, and succeeds for the others. */
function runCi(targets: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "ci-"));
  folders.push(folder);
  mkdirSync(join(folder, ".ci"));
  copyFileSync(join(import.meta.dirname, "../../.ci/run"), join(folder, ".ci/run"));
  mkdirSync(join(folder, "scripts"));
  writeFileSync(join(folder, "scripts/musl-for-tests.sh"), "#!/bin/sh\n", { mode: 0o755 });
  const cases = Object.entries({ test: "echo '5 passed, 0 failed'", ...targets }).map(
    ([target, script]) => `${target}) ${script} ;;`,
  );
  const make = join(folder, "make");
  writeFileSync(make, `#!/bin/sh\ncase $1 in\n${cases.join("\n")}\nesac\n`);
  chmodSync(make, 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const { status, stdout } = spawnSync(join(folder, ".ci/run"), { env, encoding: "utf8" });
  return { status, last: stdout.trimEnd().split("\n").at(-1), output: stdout };
}

test("the last line sums the tests and the other steps", () => {
  const { status, last, output } = runCi({});
  expect({ status, last }).toEqual({ status: 0, last: "11 passed, 0 failed" });
  expect(output).toMatch(/== tests: done in \d+ s/);
});

test("skipped tests do not change the form of the last line", () => {
  expect(runCi({ test: "echo '5 passed, 0 failed, 2 skipped'" })).toMatchObject({
    status: 0,
    last: "11 passed, 0 failed",
  });
});

test.each([
  [
    "a test fails",
    { test: "echo '4 passed, 1 failed'; echo 'make: *** [test] Error 1'; exit 2" },
    "10 passed, 1 failed",
  ],
  ["the tests end badly though none failed", { test: "echo '5 passed, 0 failed'; exit 2" }, "11 passed, 1 failed"],
  ["the tests do not say their counts", { test: "echo 'all is well'" }, "6 passed, 1 failed"],
  ["the tests say nothing", { test: "exit 0" }, "6 passed, 1 failed"],
  ["the tests say more after their counts", { test: "echo '5 passed, 0 failed'; echo more" }, "6 passed, 1 failed"],
  ["another step fails", { lint: "exit 1", types: "exit 2" }, "9 passed, 2 failed"],
  ["nothing can be installed", { install: "exit 1" }, "0 passed, 1 failed"],
])("the run fails when %s", (_, targets, counts) => {
  expect(runCi(targets)).toMatchObject({ status: 1, last: counts });
});

test("the real servers are required", () => {
  expect(runCi({ test: `echo "$REQUIRE_SERVERS passed, 0 failed"` }).last).toBe("7 passed, 0 failed");
});
