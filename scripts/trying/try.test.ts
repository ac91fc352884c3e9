import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findServer } from "../../test/servers/find-server.ts";
import { processTable } from "../../test/servers/process-table.ts";
import { type RealServerKind, serverKinds } from "../../test/servers/server-kinds.ts";
import { Narrator, table } from "./narrator.ts";
import { releaseFile } from "./release-file.ts";

setDefaultTimeout(120_000);

const root = join(import.meta.dirname, "../..");
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** Runs a script on a machine where nothing but the runtime can be found. */
function run(script: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const child = spawn(process.execPath, [join(root, "scripts", script), ...args], {
    env: { PATH: "/nowhere", HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const said = { output: "", errors: "" };
  child.stdout.on("data", (text) => {
    said.output += text;
  });
  child.stderr.on("data", (text) => {
    said.errors += text;
  });
  const until = async (text: string): Promise<void> => {
    while (!said.output.includes(text)) {
      if (child.exitCode !== null) throw new Error(`it ended without saying "${text}": ${said.output}${said.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, said, until, ended: once(child, "close") };
}

const triesLeft = (): string[] =>
  existsSync(join(root, ".cache")) ? readdirSync(join(root, ".cache")).filter((name) => name.startsWith("try-")) : [];
const childrenOf = (pid: number | undefined): number[] =>
  processTable().flatMap((process) => (process.parent === pid ? [process.pid] : []));

const kinds: readonly RealServerKind[] = ["vault", "openbao"];
const search = { root, env: process.env, mayBuild: false, write: () => {} };
const servers: [string, string | undefined][] = [["the dev server", ""]];
for (const kind of kinds) servers.push([serverKinds[kind].title, (await findServer(kind, search)).file]);

describe("make try", () => {
  test.each(servers)("shows the whole life of credentials on %s", async (title, file) => {
    if (file === undefined) {
      expect(process.env["REQUIRE_SERVERS"] ?? "").toBe("");
      console.log(`not tried on ${title}, which is not here`);
      return;
    }
    const { child, said, ended } = run("try.ts", file === "" ? {} : { VAULT_BIN: file });
    await ended;
    expect({ code: child.exitCode, errors: said.errors }).toEqual({ code: 0, errors: "" });
    const { output } = said;
    for (const told of [
      "Register the plugin by its checksum",
      "$ vault secrets enable -path=cognito cognito",
      "$ vault write cognito/roles/user credential_type=user",
      "$ vault read cognito/creds/machine",
      "scope       orders/read orders/write",
      'cognito:groups   ["readers"]',
      "$ vault lease renew cognito/creds/user/",
      "good for another 3600 s",
      "$ vault lease revoke -sync cognito/creds/user/",
      "And the user is gone",
      "no users",
      "nothing is kept",
    ]) {
      expect(output).toContain(told);
    }
    expect(output).not.toContain("\x1b");
    expect(output).not.toContain("\r");
    expect(output).toMatch(/^ 4 {2}Register[^\n]*\n(?: {4}.*\n)+/m);
    expect(output.match(/ \d+(\.\d\d)? s\n/g)?.length).toBeGreaterThan(12);
    expect(triesLeft()).toEqual([]);
  });

  test("stopped in the middle, it leaves nothing behind", async () => {
    const { child, until, ended, said } = run("try.ts");
    await until("Describe a role for machines");
    const plugins = childrenOf(child.pid);
    expect(plugins.length).toBeGreaterThan(0);
    child.kill("SIGINT");
    await ended;
    expect(child.exitCode).toBe(130);
    expect(said.errors).toContain("Stopped on request");
    const alive = new Set(processTable().map(({ pid }) => pid));
    expect(plugins.filter((pid) => alive.has(pid))).toEqual([]);
    expect(triesLeft()).toEqual([]);
  });

  test("a server that does not start is told with its last words", async () => {
    const { child, said, ended } = run("try.ts", { VAULT_BIN: "/bin/false" });
    await ended;
    expect(child.exitCode).toBe(1);
    expect(said.errors).toContain("That did not work: false did not start");
    expect(said.errors).not.toContain(".ts:");
  });
});

test("make on a machine without Vault starts the dev server, and make enable mounts the plugin on it", async () => {
  const server = run("start.ts", {}, ["--port=0"]);
  await server.until("_emulator/state");
  const [, address = ""] = /Dev server +(\S+)/.exec(server.said.output) ?? [];
  expect(server.said.output).toContain(`export VAULT_ADDR=${address} VAULT_TOKEN=root`);
  const enable = run("enable.ts", { VAULT_ADDR: address });
  await enable.ended;
  expect(enable.said).toEqual({
    output: `Success! Enabled the ${releaseFile().name} secrets engine at: cognito/\n`,
    errors: "",
  });
  const again = run("enable.ts", { VAULT_ADDR: address });
  await again.ended;
  expect(again.said.errors).toBe("The plugin was not mounted: path is already in use at cognito/\n");

  // What it printed for curl works as it stands.
  const curls = [...server.said.output.matchAll(/-X PUT \$VAULT_ADDR(\/v1\/cognito\/\S+) \\\n +-d '(.*)'/g)];
  expect(curls).toHaveLength(3);
  const headers = { "x-vault-token": "root" };
  for (const [, path, body] of curls) {
    expect((await fetch(`${address}${path}`, { method: "PUT", headers, body: body ?? "" })).ok).toBe(true);
  }
  const user = (await (await fetch(`${address}/v1/cognito/creds/user`, { headers })).json()) as { lease_id: string };
  expect(user.lease_id).toStartWith("cognito/creds/user/");
  const plugins = childrenOf(server.child.pid);
  server.child.kill("SIGINT");
  await server.ended;
  expect(server.child.exitCode).toBe(0);
  const alive = new Set(processTable().map(({ pid }) => pid));
  expect(plugins.filter((pid) => alive.has(pid))).toEqual([]);
});

test("make enable without a server says so", async () => {
  const enable = run("enable.ts", { VAULT_ADDR: "http://127.0.0.1:1" });
  await enable.ended;
  expect(enable.child.exitCode).toBe(1);
  expect(enable.said.errors).toMatch(
    /^The plugin was not mounted: http:\/\/127\.0\.0\.1:1 cannot be reached .* Is the server running\?\n$/,
  );
});

test("on a terminal there is colour, and a step that takes long counts its seconds", async () => {
  let written = "";
  const write = (text: string): void => {
    written += text;
  };
  const narrator = new Narrator({ write, isTerminal: true, hasColour: true });
  const act = () => new Promise<void>((resolve) => setTimeout(resolve, 1100));
  await narrator.step({ title: "Wait", command: "sleep 1", act, answer: () => ["waited", "twice"] });
  expect(written).toContain("\x1b[1mWait\x1b[0m");
  expect(written).toContain("\r    \x1b[2m… 1 s\x1b[0m");
  expect(written.replaceAll("\x1b", "")).toMatch(/waited +\[2m1\.\d\d s/);
  expect(table({ a: "1", long: "x".repeat(200) })[1]).toEndWith("x…");
});
