import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftOut } from "./left-out.ts";

/** A package of which something is in the executable. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  readonly homepage: string | undefined;
  /** The hash of its archive that bun.lock pins, in base64. */
  readonly sha512: string | undefined;
  /** The texts of its licence files, notices included. */
  readonly licenseTexts: readonly string[];
}

/** The packages the bundler puts into a program, by name. */
export function bundledPackages(root: string, entry: string, bun: string): BundledPackage[] {
  const lock = readFileSync(join(root, "bun.lock"), "utf8");
  return packageFolders(root, entry, bun).map((folder) => readPackage(join(root, folder), lock));
}

function packageFolders(root: string, entry: string, bun: string): string[] {
  const work = mkdtempSync(join(tmpdir(), "bundle-"));
  try {
    const metafile = join(work, "meta.json");
    const { status, error, stderr } = spawnSync(
      bun,
      [
        "build",
        entry,
        "--target=bun",
        "--minify",
        ...leftOut,
        `--metafile=${metafile}`,
        `--outfile=${join(work, "out.js")}`,
      ],
      { cwd: root, encoding: "utf8" },
    );
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`bun build failed:\n${stderr}`);
    const outputs: { inputs: Record<string, { bytesInOutput: number }> }[] = Object.values(
      JSON.parse(readFileSync(metafile, "utf8")).outputs,
    );
    const files = outputs.flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    );
    const folders = files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
    return [...new Set(folders)].sort();
  } finally {
    rmSync(work, { recursive: true });
  }
}

function readPackage(folder: string, lock: string): BundledPackage {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (typeof license !== "string") throw new Error(`${name} does not name its licence in package.json`);
  const line = lock.split("\n").find((text) => text.includes(`["${name}@${version}"`));
  return {
    name,
    version,
    license,
    homepage: typeof homepage === "string" ? homepage : undefined,
    sha512: /"sha512-([^"]+)"\],?$/.exec(line ?? "")?.[1],
    licenseTexts: existsSync(folder)
      ? readdirSync(folder)
          .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
          .sort()
          .map((file) => readFileSync(join(folder, file), "utf8").trim())
      : [],
  };
}
