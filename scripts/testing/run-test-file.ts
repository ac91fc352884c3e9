import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processTable } from "../../test/servers/process-table.ts";
import { readJunitReport, type TestCase } from "./junit-report.ts";

export interface TestFileRun {
  /** The folder tests run in; `file` is relative to it. */
  readonly root: string;
  readonly file: string;
  readonly bun: string;
  readonly env: Readonly<Record<string, string>>;
  readonly testTimeoutSeconds: number;
  readonly fileTimeoutSeconds: number;
  /** Ends the run early; its reason is reported. */
  readonly signal?: AbortSignal;
}

export interface TestFileResult {
  readonly file: string;
  readonly cases: readonly TestCase[];
  /** What is wrong with the file as a whole, beyond its failed cases; each counts as one failure. */
  readonly faults: readonly string[];
  /** What the tests printed. */
  readonly output: string;
  readonly seconds: number;
}

/**
 * Runs one test file in a process, a home and a temporary folder of its own.
 *
 * A file passes only when a complete report says so, the exit code agrees, and neither a process nor a temporary file is left.
 */
export async function runTestFile(run: TestFileRun): Promise<TestFileResult> {
  const started = performance.now();
  // Short, as Unix socket paths below it end at 104 characters.
  const scratch = mkdtempSync(join(tmpdir(), "t-"));
  const report = join(scratch, "report.xml");
  const folders = { HOME: join(scratch, "home"), TMPDIR: join(scratch, "tmp") };
  for (const folder of Object.values(folders)) mkdirSync(folder);
  const faults: string[] = [];
  try {
    // A process group of its own: the only way to find what a killed test leaves behind. CI makes bun refuse `.only`.
    const child = spawn(
      run.bun,
      [
        "test",
        `./${run.file}`,
        "--reporter=junit",
        `--reporter-outfile=${report}`,
        `--timeout=${run.testTimeoutSeconds * 1000}`,
      ],
      {
        cwd: run.root,
        env: { ...run.env, ...folders, CI: "1" },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      },
    );
    const output = collect(child);
    const ending = await endOf(child, run);
    const left = await endGroup(child);
    if (ending.fault !== undefined) faults.push(ending.fault);
    else if (left.length > 0) faults.push(`left processes running: ${left.join(", ")}`);
    await Promise.race([output.ended, sleep(1000)]);
    const cases = casesOf(report, run.file, faults);
    if (faults.length === 0 && ending.code !== 0 && !cases.some((one) => one.outcome === "failed")) {
      faults.push(`bun test ended with exit code ${ending.code} though no test of the file failed`);
    }
    const files = readdirSync(folders.TMPDIR);
    if (faults.length === 0 && files.length > 0) faults.push(`left files in the temporary folder: ${files.join(", ")}`);
    return { file: run.file, cases, faults, output: output.text(), seconds: (performance.now() - started) / 1000 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function casesOf(report: string, file: string, faults: string[]): TestCase[] {
  if (!existsSync(report)) {
    if (faults.length === 0) {
      faults.push("wrote no report: it did not load, holds no test, or ended the process before its tests were done");
    }
    return [];
  }
  try {
    return readJunitReport(readFileSync(report, "utf8"), file);
  } catch (error) {
    faults.push(`its report is invalid: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

interface Output {
  text(): string;
  readonly ended: Promise<unknown>;
}

function collect(child: ChildProcess): Output {
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return {
    text: () => Buffer.concat(chunks).toString("utf8"),
    ended: new Promise((resolve) => child.once("close", resolve)),
  };
}

interface Ending {
  readonly code: number | null;
  readonly fault?: string;
}

function endOf(child: ChildProcess, run: TestFileRun): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  let stopped: string | undefined;
  const stop = (reason: string) => {
    stopped = `was stopped: ${reason}`;
    killGroup(child);
  };
  const timer = setTimeout(() => stop(`not done after ${run.fileTimeoutSeconds} s`), run.fileTimeoutSeconds * 1000);
  const abort = () => stop(String(run.signal?.reason));
  if (run.signal?.aborted) abort();
  run.signal?.addEventListener("abort", abort);
  child.on("error", (error) => resolve({ code: null, fault: `did not start: ${error.message}` }));
  child.on("exit", (code, signal) => {
    const fault = stopped ?? (code === null ? `was killed by ${signal}` : undefined);
    resolve(fault === undefined ? { code } : { code, fault });
  });
  return promise.finally(() => {
    clearTimeout(timer);
    run.signal?.removeEventListener("abort", abort);
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left in the group.
  }
}

/** Gives what the child left behind two seconds to end, then kills it; the commands it had to kill. */
async function endGroup(child: ChildProcess): Promise<string[]> {
  const left = () => processTable().filter(({ group }) => group === child.pid);
  for (let waited = 0; waited < 2000 && left().length > 0; waited += 50) await sleep(50);
  const commands = left().map(({ command }) => command);
  killGroup(child);
  return commands;
}
