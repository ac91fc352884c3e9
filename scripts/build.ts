/**
 * Builds release files and the checksums beside them. Without options, the one for this machine:
 * `scripts/build.ts [--os=linux|darwin] [--arch=amd64|arm64] [--libc=glibc|musl]`, or `scripts/build.ts --all`.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baseExecutables } from "./building/base-executables.ts";
import { buildExecutable } from "./building/build-executable.ts";
import { writeChecksums } from "./building/checksums.ts";
import { releaseFileName, releaseTargets, targetOf, wantedTarget } from "./building/target.ts";

const root = join(import.meta.dirname, "..");
const folder = "vault/plugins";

async function build(): Promise<void> {
  const { values } = parseArgs({
    options: { os: { type: "string" }, arch: { type: "string" }, libc: { type: "string" }, all: { type: "boolean" } },
  });
  const here = targetOf(process);
  const targets = values.all === true ? releaseTargets : [wantedTarget(here, values)];
  const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const bun = process.execPath;
  for (const [target, base] of baseExecutables({ root, cache: ".cache/bases", bun, here }, targets)) {
    const started = performance.now();
    const outfile = `${folder}/${releaseFileName(name, target)}`;
    const isNew = await buildExecutable({
      root,
      entry: "src/main.ts",
      outfile,
      inputs: ["src", "package.json", "bun.lock"],
      cache: ".cache/build",
      bun,
      bunVersion: process.versions.bun ?? "",
      base,
      target,
    });
    const megabytes = (statSync(join(root, outfile)).size / 1e6).toFixed(0);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(isNew ? `Built ${outfile} (${megabytes} MB, ${seconds} s).` : `${outfile} is up to date.`);
  }
  await writeChecksums(join(root, folder), name);
}

try {
  await build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
