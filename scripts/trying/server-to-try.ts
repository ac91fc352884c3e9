/** The server of `make try`: our own dev server, or the Vault or OpenBao that VAULT_BIN names, in its own development mode. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { basename } from "node:path";
import { startDevServer, textLog } from "../../dev/dev-server/index.ts";

export interface ServerToTry {
  readonly address: string;
  readonly token: string;
  /** Ends it, and the plugins it runs. */
  stop(): Promise<void>;
  /** The last of what it logged. */
  lastWords(): string;
}

const token = "root";
const startTime = 30_000;
const keptLog = 2_000;
const tries = 3;

export async function startOwnServer(pluginDirectory: string): Promise<ServerToTry> {
  let log = "";
  const write = (line: string): void => {
    log = `${log}${line}`.slice(-keptLog);
  };
  const server = await startDevServer({
    port: 0,
    rootToken: token,
    pluginDirectory,
    log: textLog({ level: "info", now: Date.now, write }),
    environment: process.env,
  });
  return { address: server.address, token, stop: () => server.stop(), lastWords: () => log };
}

/** @throws Error with what the server said when it does not start */
export async function startRealServer(file: string, pluginDirectory: string): Promise<ServerToTry> {
  for (let left = tries; ; left -= 1) {
    const port = await freePort();
    const server = new RealDevServer(file, port, pluginDirectory);
    try {
      await server.ready();
      return server;
    } catch (error) {
      await server.stop();
      // Another program may take the port, or the one after it that Vault wants too, before the server does.
      if (left === 1 || !server.lastWords().includes("address already in use")) throw error;
    }
  }
}

class RealDevServer implements ServerToTry {
  readonly address: string;
  readonly token = token;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #log = "";
  #isRunning = true;

  constructor(file: string, port: number, pluginDirectory: string) {
    this.address = `http://127.0.0.1:${port}`;
    this.#name = basename(file);
    const args = [
      "server",
      "-dev",
      "-dev-no-store-token",
      `-dev-root-token-id=${token}`,
      `-dev-listen-address=127.0.0.1:${port}`,
      `-dev-plugin-dir=${pluginDirectory}`,
    ];
    this.#child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        this.#log = `${this.#log}${text}`.slice(-10 * keptLog);
      });
    }
    const end = (): void => {
      this.#isRunning = false;
      resolve();
    };
    this.#child.once("error", (error) => {
      this.#log += error.message;
      end();
    });
    this.#child.once("exit", end);
  }

  async ready(): Promise<void> {
    const deadline = performance.now() + startTime;
    while (!this.#log.includes("Development mode should NOT be used in production")) {
      if (!this.#isRunning || performance.now() > deadline) {
        throw new Error(`${this.#name} did not start:\n${this.lastWords()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    if (this.#isRunning) this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await this.#ended;
    clearTimeout(impatience);
  }

  lastWords(): string {
    return this.#log.slice(-keptLog).trim();
  }
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const listener = createServer();
  listener.once("error", reject);
  listener.listen(0, "127.0.0.1", () => {
    const address = listener.address();
    listener.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
  });
  return promise;
}
