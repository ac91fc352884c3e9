import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processTable } from "./process-table.ts";

const running = new Set<ChildProcess>();

// A test process that ends early must not leave servers behind.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** One run of a server: from its start to its end. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #failure: Error | undefined;

  /** The log gets what the server writes, appended. `env` is the whole environment of the process. */
  constructor(file: string, args: readonly string[], log: string, env: Readonly<Record<string, string>>) {
    const output = openSync(log, "a");
    this.#child = spawn(file, args, { env: { ...env }, stdio: ["ignore", output, output] });
    closeSync(output);
    running.add(this.#child);
    this.#ended = new Promise((resolve) => {
      const end = () => {
        running.delete(this.#child);
        resolve();
      };
      this.#child.once("exit", end);
      this.#child.once("error", (error) => {
        this.#failure = error;
        end();
      });
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw this.#failure ?? new Error("the server did not start");
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return running.has(this.#child);
  }

  /** The processes it started that still run: its plugins. */
  children(): number[] {
    const { pid } = this;
    return processTable().flatMap((process) => (process.parent === pid ? [process.pid] : []));
  }

  /** Whether it gets that far, within 30 seconds; where it does not, it is ended. */
  async comesTo(isReady: () => boolean): Promise<boolean> {
    const deadline = performance.now() + 30_000;
    while (performance.now() < deadline && this.isRunning) {
      if (isReady()) return true;
      await sleep(20);
    }
    await this.kill9();
    return false;
  }

  /** Ends the server as an operator does; kills it when it is not gone after ten seconds. */
  async end(): Promise<void> {
    this.#child.kill("SIGTERM");
    const impatience = new AbortController();
    const kill = sleep(10_000, undefined, { signal: impatience.signal }).then(
      () => this.#child.kill("SIGKILL"),
      () => undefined,
    );
    await this.#ended;
    impatience.abort();
    await kill;
  }

  /** Ends the server as a crash does: it cannot say good-bye to its plugins. */
  async kill9(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}

/** Waits until none of these processes runs; after the time given it kills them. Resolves to those it had to kill. */
export async function waitForEnd(pids: readonly number[], milliseconds: number): Promise<number[]> {
  const left = () => processTable().flatMap(({ pid }) => (pids.includes(pid) ? [pid] : []));
  const untilGone = async (wait: number) => {
    const deadline = performance.now() + wait;
    while (left().length > 0 && performance.now() < deadline) await sleep(20);
    return left();
  };
  const killed = await untilGone(milliseconds);
  for (const pid of killed) process.kill(pid, "SIGKILL");
  // A killed process takes a moment to go.
  if (killed.length > 0) await untilGone(5_000);
  return killed;
}
