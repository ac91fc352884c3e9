/**
 * Runs the tests: `scripts/test.ts [path …]`, without a path all of them. The last line is `N passed, N failed`, the exit code 0 only when nothing failed.
 *
 * Each file has a process of its own, with little of this one's environment: what a developer's machine or a CI runner has set
 * (AWS credentials, proxies, a Vault address) must not decide a test.
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { findServer } from "../test/servers/find-server.ts";
import { type RealServerKind, serverKinds } from "../test/servers/server-kinds.ts";
import { countsLine, runTests, type TestGroup, testFiles } from "./testing/run-tests.ts";

const unit: TestGroup = {
  name: "unit",
  folders: ["src", "dev", "scripts"],
  // Machines that build something else meanwhile are several times slower.
  testTimeoutSeconds: 30,
  fileTimeoutSeconds: 180,
};
const stories: TestGroup = {
  name: "stories",
  folders: ["test", "examples"],
  testTimeoutSeconds: 60,
  fileTimeoutSeconds: 600,
};

const root = join(import.meta.dirname, "..");
const only = process.argv.slice(2);
const write = (line: string) => console.log(line);

function environment(): Record<string, string> {
  const kept = ["PATH", "LANG", "VAULT_BIN", "BAO_BIN", "REQUIRE_SERVERS", "REQUIRE_RELEASE"];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Finds, unpacks or builds the real servers before any test waits for them. */
async function prepareServers(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const kind of ["vault", "openbao"] satisfies RealServerKind[]) {
    const { title, variable } = serverKinds[kind];
    const { file, missing } = await findServer(kind, { root, env: process.env, mayBuild: true, write });
    if (file !== undefined) files[variable] = file;
    write(`${title}: ${file === undefined ? missing : `${file} (${versionOf(file)})`}`);
  }
  return files;
}

function versionOf(file: string): string {
  const { error, stdout } = spawnSync(file, ["version"], { encoding: "utf8" });
  return error === undefined ? stdout.trim() : error.message;
}

const servers = testFiles(root, stories.folders, only).length > 0 ? await prepareServers() : {};
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interrupted.abort(`the run was ended by ${signal}`));
}
const counts = await runTests({
  root,
  groups: [unit, stories],
  only,
  bun: process.execPath,
  env: { ...environment(), ...servers },
  processes: Math.min(availableParallelism(), 4),
  limitSeconds: 15 * 60,
  signal: interrupted.signal,
  write,
});
write(`\n${countsLine(counts)}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
