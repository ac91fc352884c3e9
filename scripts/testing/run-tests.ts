import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { runTestFile, type TestFileResult, type TestFileRun } from "./run-test-file.ts";

export interface TestGroup {
  readonly name: string;
  /** Folders below the root, searched for `*.test.ts`. */
  readonly folders: readonly string[];
  readonly testTimeoutSeconds: number;
  readonly fileTimeoutSeconds: number;
}

export interface TestRun extends Pick<TestFileRun, "root" | "bun" | "env"> {
  readonly groups: readonly TestGroup[];
  /** Paths below the root; files under any of them run. None: all files run. */
  readonly only: readonly string[];
  readonly processes: number;
  /** After this time running files are stopped, and they and those not started count as failures. */
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
  readonly write: (line: string) => void;
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Job extends TestFileRun {
  readonly group: string;
}

const progressSeconds = 15;

/** Runs the test files, several at once, reports them in the order of their names, and counts what cannot be told as failed. */
export async function runTests(run: TestRun): Promise<TestCounts> {
  const limit = AbortSignal.any([run.signal, timeout(run.limitSeconds)]);
  const jobs = run.groups.flatMap((group) => jobsOf(run, group, limit));
  const unused = run.only.filter((path) => !jobs.some(({ file }) => isUnder(file, path)));
  for (const path of unused) run.write(`FAILED  no test file is at or under ${path}`);

  const results = await inOrder(jobs, run, (result) => reportFile(result, run.write));
  const cases = results.flatMap((result) => result.cases);
  const count = (outcome: string) => cases.filter((one) => one.outcome === outcome).length;
  const faults = results.reduce((sum, result) => sum + result.faults.length, 0);
  const missing = results.length < jobs.length || jobs.length === 0 ? 1 : 0;
  if (missing > 0) run.write(`FAILED  ${results.length} of ${jobs.length} test files were run`);
  reportSkipped(results, run.write);
  return {
    passed: count("passed"),
    failed: count("failed") + faults + unused.length + missing,
    skipped: count("skipped"),
  };
}

export function countsLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function timeout(seconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(`the time of the whole run, ${seconds} s, was over`), seconds * 1000).unref();
  return controller.signal;
}

function jobsOf(run: TestRun, group: TestGroup, signal: AbortSignal): Job[] {
  const { testTimeoutSeconds, fileTimeoutSeconds } = group;
  const { root, bun, env } = run;
  return testFiles(root, group.folders, run.only).map((file) => {
    return { root, file, bun, env, testTimeoutSeconds, fileTimeoutSeconds, signal, group: group.name };
  });
}

function isUnder(file: string, path: string): boolean {
  const folder = path.replace(/^\.\//, "").replace(/\/+$/, "");
  return file === folder || file.startsWith(`${folder}/`);
}

/** The test files of these folders; with `only`, those at or under one of its paths. */
export function testFiles(root: string, folders: readonly string[], only: readonly string[]): string[] {
  return folders
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts") && !entry.parentPath.includes("node_modules"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => only.length === 0 || only.some((path) => isUnder(file, path)))
    .sort();
}

async function inOrder(
  jobs: readonly Job[],
  run: TestRun,
  report: (result: TestFileResult) => void,
): Promise<TestFileResult[]> {
  const results: (TestFileResult | undefined)[] = jobs.map(() => undefined);
  const running = new Map<string, number>();
  let next = 0;
  let reported = 0;
  const reportReady = () => {
    for (let result = results[reported]; result !== undefined; result = results[reported]) {
      if (jobs[reported]?.group !== jobs[reported - 1]?.group) run.write(`\n${jobs[reported]?.group}`);
      report(result);
      reported += 1;
    }
  };
  const worker = async () => {
    for (let index = next++; index < jobs.length; index = next++) {
      const job = jobs[index] as Job;
      running.set(job.file, performance.now());
      results[index] = job.signal?.aborted === true ? notRun(job) : await runTestFile(job);
      running.delete(job.file);
      reportReady();
    }
  };
  const progress = setInterval(() => {
    const files = [...running].map(([file, since]) => `${file} (${((performance.now() - since) / 1000).toFixed(0)} s)`);
    run.write(`  … ${results.filter(Boolean).length} of ${jobs.length} files done, running ${files.join(", ")}`);
  }, progressSeconds * 1000);
  try {
    await Promise.all(Array.from({ length: Math.max(1, run.processes) }, worker));
  } finally {
    clearInterval(progress);
  }
  return results.filter((result) => result !== undefined);
}

function notRun(job: Job): TestFileResult {
  return { file: job.file, cases: [], faults: [`was not run: ${job.signal?.reason}`], output: "", seconds: 0 };
}

function reportFile({ file, cases, faults, output, seconds }: TestFileResult, write: (line: string) => void): void {
  const count = (outcome: string) => cases.filter((one) => one.outcome === outcome).length;
  const failed = count("failed") + faults.length;
  const counts = countsLine({ passed: count("passed"), failed, skipped: count("skipped") });
  write(`${failed > 0 ? "FAILED" : "ok    "}  ${file}: ${counts} (${seconds.toFixed(1)} s)`);
  if (failed === 0) return;
  const telling = output.split("\n").filter((line) => !line.startsWith("(pass) "));
  write(telling.join("\n").trim().replace(/^/gm, "        "));
  for (const one of cases.filter(({ outcome }) => outcome === "failed")) write(`FAILED  ${file}: ${one.name}`);
  for (const fault of faults) write(`FAILED  ${file} ${fault}`);
}

function reportSkipped(results: readonly TestFileResult[], write: (line: string) => void): void {
  const skipped = results.flatMap(({ file, cases }) =>
    cases.filter(({ outcome }) => outcome === "skipped").map(({ name }) => `  ${file}: ${name}`),
  );
  if (skipped.length > 0) write(["\nSkipped:", ...skipped].join("\n"));
}
