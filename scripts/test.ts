/**
 * Runs the tests: `scripts/test.ts [path …]`. The last line is `N passed, N failed`, the exit code 0 only when nothing failed.
 *
 * Each file has a process of its own, with little of this one's environment: what a developer's machine or a CI runner has set
 * (AWS credentials, proxies, a Vault address) must not decide a test.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { countsLine, runTests, type TestGroup } from "./testing/run-tests.ts";

const groups: readonly TestGroup[] = [
  { name: "unit", folders: ["src", "dev", "scripts"], testTimeoutSeconds: 10, fileTimeoutSeconds: 180 },
  { name: "stories", folders: ["test", "examples"], testTimeoutSeconds: 60, fileTimeoutSeconds: 600 },
];

const root = join(import.meta.dirname, "..");
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interrupted.abort(`the run was ended by ${signal}`));
}

function environment(): Record<string, string> {
  const kept = ["PATH", "LANG", "VAULT_BIN", "BAO_BIN", "REQUIRE_SERVERS"];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

const counts = await runTests({
  root,
  groups,
  only: process.argv.slice(2),
  bun: process.execPath,
  env: environment(),
  processes: Math.min(availableParallelism(), 4),
  limitSeconds: 15 * 60,
  signal: interrupted.signal,
  write: (line) => console.log(line),
});
console.log(`\n${countsLine(counts)}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
