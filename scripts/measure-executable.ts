/**
 * Measures the executable of this machine: its size, what a start costs, and its memory in a real Vault. With
 * `--beside=<file>` another plugin, such as the one in Go, is measured in the same run, and the ratio printed. Linux only.
 */
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { hostEnvironment } from "../test/executable/started-executable.ts";
import { findServer } from "../test/servers/find-server.ts";
import { RealServer } from "../test/servers/real-server.ts";
import { releaseFileName, targetOf } from "./building/target.ts";

const root = join(import.meta.dirname, "..");
const mounts = 20;
const requests = 4000;

interface Measured {
  readonly unit: string;
  readonly value: number;
  /** What design asks for at most. */
  readonly aim?: number;
}

type Measurements = Map<string, Measured>;

const clockTicks = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout) || 100;

/** CPU time of a process and its threads so far, in milliseconds: in nanoseconds from schedstat where the kernel has it. */
function cpuMilliseconds(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const times = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ")[0]));
    return times.reduce((sum, time) => sum + time, 0) / 1e6;
  } catch {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    return ((Number(user) + Number(system)) / clockTicks) * 1000;
  }
}

/** Resident memory of processes in MB, as `ps` shows it; the pages of a file count in each process that runs it. */
function resident(pids: readonly number[]): number {
  return sumOf(pids, "Rss");
}

/** The same, with pages that processes have in common counted once: what they cost a machine or a container. */
function footprint(pids: readonly number[]): number {
  return sumOf(pids, "Pss");
}

function sumOf(pids: readonly number[], line: "Rss" | "Pss"): number {
  const kilobytes = pids.map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(new RegExp(`^${line}:\\s+(\\d+) kB`, "m").exec(text)?.[1]);
  });
  return (kilobytes.reduce((sum, one) => sum + one, 0) * 1024) / 1e6;
}

async function startOnce(file: string): Promise<{ cpu: number; wall: number }> {
  const started = performance.now();
  // Plugins of older frameworks start without a Vault to ask only when Vault wants no more than their metadata.
  const child = spawn(file, [], {
    env: { PATH: process.env.PATH, VAULT_PLUGIN_METADATA_MODE: "true", ...hostEnvironment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`${file} ended before its handshake`)));
  });
  const measured = { cpu: cpuMilliseconds(child.pid ?? 0), wall: performance.now() - started };
  child.removeAllListeners("exit");
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  return measured;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(file: string, vault: string): Promise<Measurements> {
  const results: Measurements = new Map();
  const bytes = readFileSync(file);
  results.set("file", { unit: "MB", value: statSync(file).size / 1e6, aim: 120 });
  results.set("file, gzip", { unit: "MB", value: gzipSync(bytes).length / 1e6 });

  const starts: { cpu: number; wall: number }[] = [];
  for (let left = 15; left > 0; left -= 1) starts.push(await startOnce(file));
  results.set("CPU to handshake", { unit: "ms", value: median(starts.map(({ cpu }) => cpu)), aim: 60 });
  results.set("time to handshake", { unit: "ms", value: median(starts.map(({ wall }) => wall)) });

  const server = new RealServer("vault", vault, {});
  try {
    await server.start();
    await server.registerPlugin({ name: "measured", file, command: "measured" });
    await server.enable("m0", "measured");
    await settled(server, 1);
    results.set("resident idle, 1 mount", { unit: "MB", value: resident(server.pluginPids()), aim: 65 });
    for (let number = 1; number < mounts; number += 1) await server.enable(`m${number}`, "measured");
    await settled(server, mounts);
    results.set(`resident idle, ${mounts} mounts`, { unit: "MB", value: resident(server.pluginPids()) });
    results.set("  shared pages once", { unit: "MB", value: footprint(server.pluginPids()) });
    results.set(`processes, ${mounts} mounts`, { unit: "", value: server.pluginPids().length });

    const started = performance.now();
    const before = server.pluginPids().reduce((sum, pid) => sum + cpuMilliseconds(pid), 0);
    await load(server);
    results.set("requests in a second", { unit: "", value: requests / ((performance.now() - started) / 1000) });
    const after = server.pluginPids().reduce((sum, pid) => sum + cpuMilliseconds(pid), 0);
    results.set("CPU of a request", { unit: "ms", value: (after - before) / requests });
    results.set("resident after load", { unit: "MB", value: resident(server.pluginPids()) });
    results.set("    shared pages once", { unit: "MB", value: footprint(server.pluginPids()) });
    await sleep(5000);
    results.set("resident 5 s later", { unit: "MB", value: resident(server.pluginPids()) });
    results.set("   shared pages once", { unit: "MB", value: footprint(server.pluginPids()) });
  } finally {
    await server.stop();
  }
  return results;
}

/** Vault starts some plugins with the first request only: each mount gets one, and time to calm down. */
async function settled(server: RealServer, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) await server.http("LIST", `m${number}/roles`);
  await sleep(4000);
}

/** Writes and reads of roles on every mount, eight at a time. */
async function load(server: RealServer): Promise<void> {
  const role = {
    credential_type: "client_credentials_grant",
    app_client_id: "client",
    app_client_secret: "a secret of a client",
    cognito_pool_domain: "https://example.auth.eu-west-1.amazoncognito.com",
  };
  let next = 0;
  const work = async () => {
    while (next < requests) {
      const number = next;
      next += 1;
      const path = `m${number % mounts}/roles/role-${number % 100}`;
      const { status } = await (number < 2000 ? server.http("PUT", path, role) : server.http("GET", path));
      if (status >= 500) throw new Error(`${path}: ${status}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

const { values } = parseArgs({ options: { beside: { type: "string" }, file: { type: "string" } } });
const ours =
  values.file ?? join(root, "vault/plugins", releaseFileName("vault-plugin-secrets-cognito", targetOf(process)));
const vault = await findServer("vault", { root, env: process.env, mayBuild: false, write: console.log });
if (vault.file === undefined) throw new Error(vault.missing);
const measured = await measure(ours, vault.file);
const other = values.beside === undefined ? undefined : await measure(values.beside, vault.file);

const cell = (number: number | undefined) =>
  (number === undefined ? "" : number.toFixed(number < 10 ? 2 : 0)).padStart(9);
console.log(`${"".padEnd(32)}${"this".padStart(9)}${"other".padStart(9)}${"ratio".padStart(9)}${"aim".padStart(9)}`);
for (const [name, { value, unit, aim }] of measured) {
  const besides = other?.get(name)?.value;
  const ratio = besides === undefined ? undefined : value / besides;
  console.log(
    `${`${name}${unit === "" ? "" : ` (${unit})`}`.padEnd(32)}${cell(value)}${cell(besides)}${cell(ratio)}${cell(aim)}`,
  );
}
