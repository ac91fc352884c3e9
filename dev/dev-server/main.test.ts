import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

setDefaultTimeout(30_000);

const main = join(import.meta.dirname, "main.ts");
const toyPlugin = join(import.meta.dirname, "testing/toy-plugin.ts");
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

class Run {
  readonly child: ChildProcess;
  output = "";
  errors = "";
  readonly ended: Promise<unknown>;

  constructor(args: readonly string[]) {
    // A killed server cannot remove its temporary files.
    const env = { ...process.env, TMPDIR: temporaryFolder() };
    this.child = spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout?.on("data", (text) => {
      this.output += text;
    });
    this.child.stderr?.on("data", (text) => {
      this.errors += text;
    });
    this.ended = once(this.child, "close");
    ends.push(() => {
      this.child.kill("SIGKILL");
      return this.ended;
    });
  }

  async ready(): Promise<string> {
    while (!this.output.includes("Plugins:")) {
      if (this.child.exitCode !== null) throw new Error(`it ended: ${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return /Dev server at (\S+),/.exec(this.output)?.[1] ?? "";
  }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "main-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A plugin folder with a toy and things that are no plugins. */
function pluginFolder(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "toy"), `#!/bin/sh\nexec "${process.execPath}" "${toyPlugin}"\n`);
  chmodSync(join(folder, "toy"), 0o755);
  writeFileSync(join(folder, "checksums.txt"), "");
  mkdirSync(join(folder, "folder"));
  return folder;
}

async function mountToy(address: string): Promise<number> {
  const headers = { "x-vault-token": "root" };
  const body = JSON.stringify({ type: "toy" });
  const { status } = await fetch(`${address}/v1/sys/mounts/toy`, { method: "POST", headers, body });
  return status;
}

test("it says where it is, what it is for, and what plugins it found", async () => {
  const run = new Run(["--port=0", `--plugin-dir=${pluginFolder()}`]);
  const address = await run.ready();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(run.output).toContain("root token: root");
  expect(run.output).toContain("For development only: it keeps everything in memory, encrypts nothing");
  expect(run.output).toContain("Plugins: toy\n");
  expect(await mountToy(address)).toBe(204);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const)(
  "%s ends it, and its plugins within two seconds",
  async (signal) => {
    const run = new Run(["--port=0", `--plugin-dir=${pluginFolder()}`]);
    await mountToy(await run.ready());
    const pid = Number([.../plugin started: plugin=toy pid=(\d+)/g[Symbol.matchAll](run.errors)].at(-1)?.[1]);
    expect(isRunning(pid)).toBe(true);
    const started = performance.now();
    run.child.kill(signal);
    await once(run.child, "exit");
    if (signal !== "SIGKILL") expect(run.child.exitCode).toBe(0);
    while (isRunning(pid)) {
      if (performance.now() - started > 10_000) throw new Error("the plugin stayed behind");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // After a kill the plugin has to notice by itself: two seconds, and one more where the machine is busy.
    expect(performance.now() - started).toBeLessThan(signal === "SIGKILL" ? 3_000 : 2_000);
  },
);

test("a port that is taken is one sentence", async () => {
  const other = createServer();
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  ends.push(() => other.close());
  const { port } = other.address() as { port: number };
  const run = new Run([`--port=${port}`]);
  await run.ended;
  expect(run.child.exitCode).toBe(1);
  expect(run.errors).toBe(
    `Port ${port} of 127.0.0.1 is taken, perhaps by a Vault or a dev server that already runs. Stop that first, or take another port.\n`,
  );
});

test.each([
  [["--port=x"], '--port must be a number between 0 and 65535, not "x"\n'],
  [["--port=65536"], '--port must be a number between 0 and 65535, not "65536"\n'],
  [["--root-token="], "--root-token must be text without spaces\n"],
  [["--log-level=loud"], '--log-level must be trace, debug, info, warn or error, not "loud"\n'],
  [["--plugin-dir=/nowhere"], "--plugin-dir names /nowhere, which is not a folder\n"],
])("%j is one sentence", async (args, sentence) => {
  const run = new Run(args);
  await run.ended;
  expect({ code: run.child.exitCode, errors: run.errors, output: run.output }).toEqual({
    code: 1,
    errors: sentence,
    output: "",
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
