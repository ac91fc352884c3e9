import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pythonVenv } from "./python-venv.ts";

const requirements = join(import.meta.dirname, "requirements.txt");

/** Moto's own server on a free port of the loopback. */
export class MotoServer {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** Why it cannot run here, or undefined after its packages are there. */
  static async missing(): Promise<string | undefined> {
    return (await pythonVenv("moto", requirements)).missing;
  }

  static async start(): Promise<MotoServer> {
    const { folder, missing } = await pythonVenv("moto", requirements);
    if (folder === undefined) throw new Error(missing);
    const child = spawn(join(folder, "bin/moto_server"), ["--port", "0"], {
      env: { PATH: process.env["PATH"] ?? "", MOTO_IAM_LOAD_MANAGED_POLICIES: "false" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const lines: string[] = [];
    for await (const line of createInterface(child.stderr)) {
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (url !== undefined) {
        child.stderr.resume();
        return new MotoServer(url, child);
      }
      lines.push(line);
    }
    throw new Error(`moto did not start:\n${lines.join("\n")}`);
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, "exit");
  }
}
