/**
 * Builds the release file for this machine and the checksums beside it: `scripts/build.ts [--os=linux|darwin] [--arch=amd64|arm64]`.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildExecutable } from "./building/build-executable.ts";
import { writeChecksums } from "./building/checksums.ts";
import { releaseFileName, targetOf } from "./building/target.ts";

const root = join(import.meta.dirname, "..");
const folder = "vault/plugins";

async function build(): Promise<void> {
  const started = performance.now();
  const { values: wanted } = parseArgs({ options: { os: { type: "string" }, arch: { type: "string" } } });
  const here = targetOf(process);
  if ((wanted.os ?? here.os) !== here.os || (wanted.arch ?? here.arch) !== here.arch) {
    throw new Error(
      `This machine builds for ${here.os} on ${here.arch} only. Leave OS and ARCH out, or build on a ${wanted.os ?? here.os} ${wanted.arch ?? here.arch} machine.`,
    );
  }
  const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const outfile = `${folder}/${releaseFileName(name, here)}`;
  const isNew = await buildExecutable({
    root,
    entry: "src/main.ts",
    outfile,
    inputs: ["src", "package.json", "bun.lock"],
    cache: ".cache/build",
    bun: process.execPath,
    bunVersion: process.versions.bun ?? "",
  });
  await writeChecksums(join(root, folder), name);
  const megabytes = (statSync(join(root, outfile)).size / 1e6).toFixed(0);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(isNew ? `Built ${outfile} (${megabytes} MB, ${seconds} s).` : `${outfile} is up to date.`);
}

try {
  await build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
