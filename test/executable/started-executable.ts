import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { selfSignedCertificate } from "../../src/go-plugin/self-signed-certificate.ts";

export interface Start {
  /** What goes before the file: an emulator with its options. */
  readonly under?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory. Default: one of its own. */
  readonly cwd?: string;
}

const hostCertificate = new X509Certificate(selfSignedCertificate(new Date(), "P-521").certificate).toString();

/** The environment in which Vault starts a plugin. */
export const hostEnvironment: Readonly<Record<string, string>> = {
  VAULT_BACKEND_PLUGIN: "6669da05-b1c8-4f49-97d9-c8e5bed98e20",
  PLUGIN_PROTOCOL_VERSIONS: "5",
  PLUGIN_CLIENT_CERT: hostCertificate,
};

/** An executable started as Vault starts a plugin, with folders of its own. `stdout` and `stderr` grow as it runs. */
export class StartedExecutable implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "x-"));
  readonly exited: Promise<number | NodeJS.Signals | null>;
  readonly pid: number;
  stdout = "";
  stderr = "";
  readonly #kill: (signal: NodeJS.Signals) => void;
  #isRunning = true;

  constructor(file: string, { under = [], args = [], env = {}, cwd }: Start = {}) {
    for (const name of ["home", "tmp", "cwd"]) mkdirSync(join(this.folder, name));
    const [command = "", ...words] = [...under, file, ...args];
    const child = spawn(command, words, {
      cwd: cwd ?? join(this.folder, "cwd"),
      env: {
        PATH: process.env.PATH,
        HOME: join(this.folder, "home"),
        TMPDIR: join(this.folder, "tmp"),
        ...hostEnvironment,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = child.pid ?? 0;
    this.#kill = (signal) => child.kill(signal);
    child.stdout.on("data", (data) => {
      this.stdout += data;
    });
    child.stderr.on("data", (data) => {
      this.stderr += data;
    });
    this.exited = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        this.#isRunning = false;
        resolve(code ?? signal);
      });
    });
  }

  /** Waits until it has shaken hands or ended; says which. */
  async ready(seconds = 20): Promise<"ready" | "ended"> {
    const deadline = performance.now() + seconds * 1000;
    while (this.#isRunning && performance.now() < deadline) {
      if (this.stdout.includes("\n")) return "ready";
      await sleep(5);
    }
    if (this.#isRunning) throw new Error(`no handshake after ${seconds} s: ${this.stderr}`);
    return "ended";
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | NodeJS.Signals | null> {
    this.#kill(signal);
    return this.exited;
  }

  /** What it has written in its own folders. */
  files(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => !["home", "tmp", "cwd"].includes(name),
    );
  }

  /** Resident memory in MB (1e6 bytes). Linux only. */
  residentMegabytes(): number {
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, "utf8")) ?? [];
    return (Number(kilobytes) * 1024) / 1e6;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isRunning) await this.end("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
