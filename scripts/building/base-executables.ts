import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { silence, silencedVariables } from "./silenced-variables.ts";
import { releaseFileName, sameTarget, type Target } from "./target.ts";

export interface BaseExecutables {
  /** The project's folder; `cache` is relative to it. */
  readonly root: string;
  readonly cache: string;
  /** The Bun that package.json pins, and the platform it runs on. */
  readonly bun: string;
  readonly here: Target;
}

const architectures = { amd64: "x64", arm64: "arm64" } as const;

/**
 * The runtimes that release files are made of, hardened ({@link silence}), one path for each target. That of this machine is a copy of
 * the one at work; the others are packages which bun.lock pins by their hash, and are fetched when first asked for.
 */
export function baseExecutables(settings: BaseExecutables, targets: readonly Target[]): Map<Target, string> {
  const { root, cache, bun, here } = settings;
  const folder = join(root, cache, digestOf(settings));
  const paths = new Map(targets.map((target) => [target, join(folder, releaseFileName("bun", target))]));
  const missing = targets.filter((target) => !existsSync(paths.get(target) ?? ""));
  if (missing.length === 0) return paths;

  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, "work-"));
  try {
    const foreign = missing.filter((target) => !sameTarget(target, here));
    if (foreign.length > 0) install(settings, work, foreign);
    for (const target of missing) {
      const file = sameTarget(target, here) ? bun : join(work, "node_modules", packageOf(target), "bin/bun");
      const made = join(work, "made");
      writeFileSync(made, silence(readFileSync(file), target.os), { mode: 0o755 });
      renameSync(made, paths.get(target) ?? "");
    }
  } finally {
    rmSync(work, { recursive: true });
  }
  return paths;
}

export function packageOf({ os, arch, libc }: Target): string {
  const words = ["bun", os, arch === "amd64" ? "x64" : "aarch64", ...(libc === undefined ? [] : [libc])];
  return `@oven/${words.join("-")}`;
}

/** Bun's install checks each package against the hash in the lockfile. Scripts stay off: one of them would move the file. */
function install({ root, bun }: BaseExecutables, work: string, targets: readonly Target[]): void {
  console.log(`Fetching the runtimes of ${targets.length} other platforms (about 40 MB each) …`);
  for (const name of ["package.json", "bun.lock"]) copyFileSync(join(root, name), join(work, name));
  const args = targets.flatMap(({ os, arch, libc }) => [
    `--os=${os}`,
    `--cpu=${architectures[arch]}`,
    `--libc=${libc ?? "glibc"}`,
  ]);
  const { status, error, stdout, stderr } = spawnSync(
    bun,
    ["install", "--frozen-lockfile", "--ignore-scripts", ...new Set(args)],
    { cwd: work, encoding: "utf8", env: { ...process.env, ...packageCache(work) } },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`The runtimes of other platforms could not be fetched:\n${stdout}${stderr}`);
}

function packageCache(work: string): Readonly<Record<string, string>> {
  try {
    accessSync(homedir(), constants.W_OK);
    return {};
  } catch {
    return { BUN_INSTALL_CACHE_DIR: join(work, "packages") };
  }
}

function digestOf({ root, bun }: BaseExecutables): string {
  const lines = readFileSync(join(root, "bun.lock"), "utf8")
    .split("\n")
    .filter((line) => /^ *"(@oven\/bun-|bun")/.test(line));
  const names = silencedVariables.map(({ name }) => name);
  return createHash("sha256")
    .update(JSON.stringify([lines, names, bun]))
    .digest("hex")
    .slice(0, 16);
}
