/**
 * Measures this plugin against the Go plugin, side by side in one Vault: `make bench`, or `make bench PARTS=users,tokens ROUNDS=7`.
 * Prints a table; writes report.json and chart.svg into the folder OUT. Parts that were not run keep what the report held of them.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Arena } from "./arena.ts";
import { chart } from "./chart.ts";
import type { Measurement, PartResult, Report } from "./measurement.ts";
import { cost } from "./parts/cost.ts";
import { growth } from "./parts/growth.ts";
import { leases } from "./parts/leases.ts";
import { memory } from "./parts/memory.ts";
import { roles } from "./parts/roles.ts";
import { start } from "./parts/start.ts";
import { tokens } from "./parts/tokens.ts";
import { users } from "./parts/users.ts";
import type { PartContext } from "./rounds.ts";
import { table } from "./table.ts";

const parts: Readonly<Record<string, (context: PartContext) => Promise<readonly Measurement[]>>> = {
  users,
  tokens,
  roles,
  leases,
  cost,
  memory,
  start,
  growth,
};

const storages = ["raft", "file", "inmem"] as const;

const { values } = parseArgs({
  options: {
    parts: { type: "string", default: "" },
    rounds: { type: "string", default: "" },
    storage: { type: "string", default: "" },
    out: { type: "string", default: "" },
  },
});
const wanted = values.parts === "" ? Object.keys(parts) : values.parts.split(",");
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
const rounds = Number(values.rounds === "" ? 5 : values.rounds);
const storage = storages.find((name) => name === (values.storage || "raft"));
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || storage === undefined) {
  console.error(
    `PARTS is a list of ${Object.keys(parts).join(",")}; ROUNDS a number of 1 or more; STORAGE one of ${storages}.`,
  );
  process.exit(1);
}
Arena.storage = storage;
const out = values.out === "" ? join(import.meta.dirname, "../../.cache/bench") : resolve(values.out);
const reportFile = join(out, "report.json");

function earlier(): readonly PartResult[] {
  try {
    return (JSON.parse(readFileSync(reportFile, "utf8")) as Report).parts;
  } catch {
    return [];
  }
}

const loadNow = () => loadavg()[0] ?? 0;

async function run(part: string): Promise<PartResult> {
  const began = performance.now();
  const taken = new Date().toISOString();
  const before = loadNow();
  const tell = (line: string) =>
    console.error(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  const measurements = (await parts[part]?.({ rounds, tell })) ?? [];
  const seconds = Math.round((performance.now() - began) / 1000);
  return { part, taken, seconds, rounds, load: [before, loadNow()], measurements };
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void Arena.closeAll().finally(() => process.exit(130)));
}

const results = new Map(earlier().map((result) => [result.part, result]));
mkdirSync(out, { recursive: true });
for (const part of wanted) {
  results.set(part, await run(part));
  const report: Report = {
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    server: `Vault, one node, storage ${storage}, audit log on`,
    parts: Object.keys(parts).flatMap((name) => results.get(name) ?? []),
  };
  writeFileSync(reportFile, `${JSON.stringify(report, undefined, 1)}\n`);
  writeFileSync(join(out, "chart.svg"), chart(report));
}
console.log(table(wanted.flatMap((name) => results.get(name) ?? [])));
console.log(`\n${reportFile} and chart.svg beside it`);
