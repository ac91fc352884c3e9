/** A dev server in the test's own process, with a clock of its own, and plugins made of a few lines. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256OfFile } from "../catalog.ts";
import { DevServer } from "../dev-server.ts";
import { MovedClock } from "./moved-clock.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came back
  readonly body: any;
}

const toyPlugin = join(import.meta.dirname, "toy-plugin.ts");

export class ToyServer implements AsyncDisposable {
  readonly clock: MovedClock;
  /** What the server and its plugins logged. */
  readonly log: readonly string[];
  readonly folder: string;
  readonly server: DevServer;

  private constructor(server: DevServer, clock: MovedClock, log: readonly string[], folder: string) {
    this.server = server;
    this.clock = clock;
    this.log = log;
    this.folder = folder;
  }

  /** @param pluginStartTimeout how long a plugin may take to its first line, in milliseconds */
  static async start(pluginStartTimeout = 10_000): Promise<ToyServer> {
    const folder = mkdtempSync(join(tmpdir(), "toys-"));
    const clock = new MovedClock();
    const log: string[] = [];
    const server = await DevServer.start({
      clock,
      log: (level, message, fields) => log.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
      rootToken: "root",
      pluginDirectory: folder,
      environment: { PATH: process.env["PATH"], TMPDIR: folder },
      pluginStartTimeout,
      host: "127.0.0.1",
      port: 0,
    });
    return new ToyServer(server, clock, log, folder);
  }

  /** Puts a shell script into the plugin directory; returns its checksum. */
  place(name: string, script: string): Promise<string> {
    const file = join(this.folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return sha256OfFile(file);
  }

  /** Registers the toy plugin as `toy`, with variables of its environment. */
  async register(env: readonly string[] = [], version = ""): Promise<Answer> {
    const sha256 = await this.place("toy", `exec "${process.execPath}" "${toyPlugin}"`);
    return this.call("PUT", "sys/plugins/catalog/secret/toy", { sha256, command: "toy", env, version });
  }

  /** Registers the toy plugin and mounts it. */
  async mount(...paths: readonly string[]): Promise<void> {
    await this.register();
    for (const path of paths) {
      const { status, body } = await this.call("POST", `sys/mounts/${path}`, { type: "toy" });
      if (status !== 204) throw new Error(JSON.stringify(body));
    }
  }

  /** One request with the root token. A body that is text is sent as it is. */
  async call(
    method: string,
    path: string,
    body?: object | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const text = typeof body === "object" ? JSON.stringify(body) : (body ?? "");
    const given = Object.entries({ host: "localhost", "x-vault-token": "root", ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const head = `${method} /v1/${path} HTTP/1.1\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`;
    const received = await this.send(`${head}connection: close\r\n${given.join("")}\r\n${text}`);
    const [answerHead = "", answer = ""] = received.split(/\r\n\r\n(.*)/s);
    const isJson = /content-type: application\/json/i.test(answerHead);
    return {
      status: Number(answerHead.split(" ")[1]),
      body: isJson && answer !== "" ? JSON.parse(answer) : answer,
    };
  }

  /** Sends bytes on a connection of their own; resolves to all that came back until the server ended it. */
  send(bytes: string | Uint8Array): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const socket = createConnection(Number(new URL(this.server.address).port), "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
    socket.write(bytes);
    return promise;
  }

  /** Waits for what happens in its own time. */
  async eventually(what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!(await isTrue())) {
      if (performance.now() > deadline) throw new Error(`not within 10 s: ${what}\n${this.log.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
