import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { countsLine, runTests, type TestRun } from "./run-tests.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const passing = `import { test } from "bun:test"; test("works", () => {});`;

/** Runs these files as a project of their own; each value is a file's text. */
async function runProject(files: Readonly<Record<string, string>>, settings: Partial<TestRun> = {}) {
  const root = mkdtempSync(join(tmpdir(), "project-"));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const lines: string[] = [];
  const counts = await runTests({
    root,
    groups: [{ name: "all", folders: ["src"], testTimeoutSeconds: 5, fileTimeoutSeconds: 8 }],
    only: [],
    bun: process.execPath,
    env: { PATH: process.env.PATH ?? "" },
    processes: 2,
    limitSeconds: 60,
    signal: new AbortController().signal,
    write: (line) => lines.push(line),
    ...settings,
  });
  return { counts: countsLine(counts), output: lines.join("\n") };
}

test("every test of every file is counted, in the order of the file names", async () => {
  const { counts, output } = await runProject({
    "src/b.test.ts": passing,
    "src/deep/down/a.test.ts": `
      import { describe, test } from "bun:test";
      describe("with <odd> & \\"quoted\\"", () => { test("names", () => {}); });
      test("more", () => {});`,
    "src/not-a-test.ts": "throw new Error('never loaded')",
  });
  expect(counts).toBe("3 passed, 0 failed");
  expect(output.indexOf("src/b.test.ts")).toBeLessThan(output.indexOf("src/deep/down/a.test.ts"));
});

test("a failed test is counted and its output shown", async () => {
  const { counts, output } = await runProject({
    "src/a.test.ts": `
      import { expect, test } from "bun:test";
      test("one", () => { console.log("seen before"); expect(1).toBe(2); });
      test("two", () => {});`,
  });
  expect(counts).toBe("1 passed, 1 failed");
  expect(output).toContain("FAILED  src/a.test.ts: one");
  expect(output).toContain("seen before");
});

test("a skipped test is counted apart and named, with the reason its name gives", async () => {
  const { counts, output } = await runProject({
    "src/a.test.ts": `import { test } from "bun:test"; test.skip("mounts (skipped: no server here)", () => {}); test("b", () => {});`,
  });
  expect(counts).toBe("1 passed, 0 failed, 1 skipped");
  expect(output).toContain("Skipped:\n  src/a.test.ts: mounts (skipped: no server here)");
});

const noReport = "wrote no report: it did not load, holds no test, or ended the process before its tests were done";

test.each([
  ["does not load", `import "./missing.ts"; import { test } from "bun:test"; test("a", () => {});`, noReport],
  ["is no TypeScript", "this is not a program", noReport],
  ["holds no test", "export {};", noReport],
  ["ends the process while loading", `${passing} process.exit(0);`, noReport],
  ["ends the process in a test", `${passing} test("ends", () => process.exit(0)); test("after", () => {});`, noReport],
  [
    "ends the process between tests",
    `import { test } from "bun:test"; test("a", () => { setTimeout(() => process.exit(0)); }); test("b", () => Bun.sleep(500));`,
    noReport,
  ],
  ["crashes", `${passing} test("b", () => process.kill(process.pid, "SIGSEGV"));`, "was killed by SIGSEGV"],
  ["has a test marked as the only one", `import { test } from "bun:test"; test.only("a", () => {});`, noReport],
])("a file that %s is a failure", async (_, text, fault) => {
  const { counts, output } = await runProject({ "src/a.test.ts": text, "src/good.test.ts": passing });
  expect(counts).toBe("1 passed, 1 failed");
  expect(output).toContain(`FAILED  src/a.test.ts ${fault}`);
});

test("an error between tests fails the file though each test passed", async () => {
  const { counts } = await runProject({
    "src/a.test.ts": `import { afterAll, test } from "bun:test"; test("a", () => {}); afterAll(() => { throw new Error("late"); });`,
  });
  expect(counts).toBe("1 passed, 1 failed");
});

/** A program that takes bun's place: it writes this report and ends with this code. */
function fakeBun(report: string, exitCode = 0): string {
  const folder = mkdtempSync(join(tmpdir(), "bun-"));
  folders.push(folder);
  const script = `#!/bin/sh
for argument; do case $argument in --reporter-outfile=*) out=\${argument#*=} ;; esac; done
cat > "$out" <<'REPORT'
${report}
REPORT
exit ${exitCode}
`;
  writeFileSync(join(folder, "bun"), script, { mode: 0o755 });
  return join(folder, "bun");
}

const reportOf = (totals: string, cases: string) => `<testsuites name="bun test" ${totals}>${cases}</testsuites>`;

test.each([
  ["cut off", `<testsuites tests="1" failures="0" skipped="0"><testcase name="a" file="src/a.test.ts" />`, "cut off"],
  ["not XML", "all is well", "cut off or not JUnit XML"],
  ["without a case", reportOf(`tests="0" failures="0" skipped="0"`, ""), "the file holds no test"],
  [
    "about another file",
    reportOf(`tests="1" failures="0" skipped="0"`, `<testcase name="a" file="src/b.test.ts" />`),
    "the report is about src/b.test.ts",
  ],
  [
    "short of a case",
    reportOf(`tests="2" failures="0" skipped="0"`, `<testcase name="a" file="src/a.test.ts" />`),
    "the report announces 2 tests and lists 1",
  ],
  [
    "silent about a failure",
    reportOf(`tests="1" failures="1" skipped="0"`, `<testcase name="a" file="src/a.test.ts" />`),
    "the report announces 1 failures and lists 0",
  ],
])("a report that is %s is a failure", async (_, report, fault) => {
  const { counts, output } = await runProject({ "src/a.test.ts": passing }, { bun: fakeBun(report) });
  expect(counts).toBe("0 passed, 1 failed");
  expect(output).toContain("src/a.test.ts its report is invalid:");
  expect(output).toContain(fault);
});

test("an exit code that contradicts the report is a failure", async () => {
  const report = reportOf(`tests="1" failures="0" skipped="0"`, `<testcase name="a" file="src/a.test.ts" />`);
  expect((await runProject({ "src/a.test.ts": passing }, { bun: fakeBun(report) })).counts).toBe("1 passed, 0 failed");
  const { counts, output } = await runProject({ "src/a.test.ts": passing }, { bun: fakeBun(report, 3) });
  expect(counts).toBe("1 passed, 1 failed");
  expect(output).toContain("ended with exit code 3 though no test of the file failed");
});

test("a file that hangs is stopped, with everything it started", async () => {
  const { counts, output } = await runProject(
    {
      "src/a.test.ts": `
        import { spawnSync } from "node:child_process";
        import { test } from "bun:test";
        test("a", () => { spawnSync("sleep", ["60"]); });`,
    },
    { groups: [{ name: "all", folders: ["src"], testTimeoutSeconds: 60, fileTimeoutSeconds: 1 }] },
  );
  expect(counts).toBe("0 passed, 1 failed");
  expect(output).toContain("src/a.test.ts was stopped: not done after 1 s");
});

test("a file that leaves a process or a temporary file behind is a failure", async () => {
  const { counts, output } = await runProject({
    "src/process.test.ts": `
      import { spawn } from "node:child_process";
      import { test } from "bun:test";
      test("a", () => { spawn("sleep", ["60"], { stdio: "ignore" }).unref(); });`,
    "src/scratch.test.ts": `
      import { mkdtempSync } from "node:fs";
      import { tmpdir } from "node:os";
      import { test } from "bun:test";
      test("a", () => { mkdtempSync(tmpdir() + "/left-"); });`,
  });
  expect(counts).toBe("2 passed, 2 failed");
  expect(output).toContain("src/process.test.ts left processes running: sleep");
  expect(output).toContain("src/scratch.test.ts left files in the temporary folder: left-");
});

test("files not reached before the whole run's time was over are failures", async () => {
  const slow = `import { test } from "bun:test"; test("a", () => Bun.sleep(4000));`;
  const { counts, output } = await runProject(
    { "src/a.test.ts": slow, "src/b.test.ts": slow },
    { limitSeconds: 1, processes: 1 },
  );
  expect(counts).toBe("0 passed, 2 failed");
  expect(output).toContain("src/a.test.ts was stopped: the time of the whole run, 1 s, was over");
  expect(output).toContain("src/b.test.ts was not run: the time of the whole run, 1 s, was over");
});

test("a run of some folders says so when one of them holds no test", async () => {
  const files = { "src/a/one.test.ts": passing, "src/b/two.test.ts": passing };
  expect((await runProject(files, { only: ["src/a"] })).counts).toBe("1 passed, 0 failed");
  expect((await runProject(files, { only: ["./src/b/two.test.ts"] })).counts).toBe("1 passed, 0 failed");
  const { counts, output } = await runProject(files, { only: ["src/a", "src/c"] });
  expect(counts).toBe("1 passed, 1 failed");
  expect(output).toContain("no test file is at or under src/c");
});

test("a project without a test file fails", async () => {
  expect((await runProject({})).counts).toBe("0 passed, 1 failed");
});
