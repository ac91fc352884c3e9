/** Builds the plugin for this machine, and prints where it is. */
import { join, relative } from "node:path";
import { baseExecutables } from "../../scripts/building/base-executables.ts";
import { buildExecutable } from "../../scripts/building/build-executable.ts";
import { releaseFileName, targetOf } from "../../scripts/building/target.ts";

const root = join(import.meta.dirname, "../..");
const folder = relative(root, import.meta.dirname);
const bun = process.execPath;
const target = targetOf(process);
const outfile = `.cache/examples/${releaseFileName("vault-plugin-secrets-random-words", target)}`;

for (const [, base] of baseExecutables({ root, cache: ".cache/bases", bun, here: target }, [target])) {
  await buildExecutable({
    root,
    entry: `${folder}/main.ts`,
    outfile,
    inputs: [folder, "src", "bun.lock"],
    cache: ".cache/build",
    bun,
    bunVersion: process.versions.bun ?? "",
    base,
    target,
  });
}
console.log(outfile);
