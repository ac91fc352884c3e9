import { afterAll, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findServer } from "../servers/find-server.ts";
import { RealServer } from "../servers/real-server.ts";
import type { ServerOptions } from "../servers/server-options.ts";
import { root } from "./shipped.ts";

export const servers = {
  vault: await find("vault"),
  openbao: await find("openbao"),
};

function find(kind: "vault" | "openbao") {
  return findServer(kind, { root, env: process.env, mayBuild: false, write: console.log });
}

export interface StartOptions extends ServerOptions {
  /** Shell commands that run in the server's place and then `exec "$@"`, the server; `$folder` is the server's folder. */
  readonly script?: string;
}

/** Starts a server; `stopServersAfterTests` stops it, at the latest. */
export async function startedServer(kind: "vault" | "openbao", options: StartOptions = {}): Promise<RealServer> {
  const { file, missing } = servers[kind];
  if (file === undefined) throw new Error(missing);
  const { script, ...others } = options;
  const server = new RealServer(kind, script === undefined ? file : wrapped(file, script), others);
  started.push(server);
  await server.start();
  return server;
}

const started: RealServer[] = [];
const folders: string[] = [];

/** Called by each file that starts servers: this module is loaded once for all files of a process, and would speak for the first one only. */
export function stopServersAfterTests(): void {
  afterAll(async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
}

function wrapped(file: string, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "w-"));
  folders.push(folder);
  const path = join(folder, "server");
  writeFileSync(path, `#!/bin/sh\nset -e\nfolder=\${TMPDIR%/tmp}\nset -- '${file}' "$@"\n${script}\n`, { mode: 0o755 });
  return path;
}

/**
 * A test that needs more than every machine has. Where that is missing the test is skipped, visibly; `required` says that it must not be.
 * @param missing what is missing; undefined: nothing
 */
export function testWith(
  missing: string | undefined,
  required: boolean,
  name: string,
  tell: () => Promise<void>,
  timeout = 60_000,
): void {
  if (missing === undefined) test(name, tell, timeout);
  else if (required) {
    test(name, () => {
      throw new Error(missing);
    });
  } else {
    // biome-ignore lint/suspicious/noSkippedTests: the machine lacks something, and the report says what.
    test.skip(`${name} (skipped: ${missing})`, () => undefined);
  }
}
