import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { sha256OfFile } from "./checksums.ts";
import { leftOut } from "./left-out.ts";
import { signMachO } from "./sign-mach-o.ts";
import { bunTarget, type Target } from "./target.ts";

export interface Compilation {
  /** The project's folder. */
  readonly root: string;
  /** The program, relative to `root`. */
  readonly entry: string;
  readonly bun: string;
  /** The runtime the executable is a copy of. */
  readonly base: string;
  readonly target: Target;
}

/** Paths are relative to `root`. */
export interface ExecutableBuild extends Compilation {
  readonly outfile: string;
  /** Files and folders the executable is made of; a change in any of them makes it anew. Tests in them do not count. */
  readonly inputs: readonly string[];
  /** Where half-made files and notes on what was built are kept. */
  readonly cache: string;
  readonly bunVersion: string;
}

// What each flag buys was measured and is told in ARCHITECTURE.md. Without the two definitions grpc-js writes the folder
// of the build into the file; with them two clones give the same bytes.
const flags = [
  "--compile",
  "--bytecode",
  "--format=esm",
  "--minify",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  "--define",
  '__dirname="/plugin"',
  "--define",
  '__filename="/plugin/main"',
  ...leftOut,
];

/** Compiles one executable. Returns false when the one that exists was made of the same inputs. */
export async function buildExecutable(build: ExecutableBuild): Promise<boolean> {
  const outfile = join(build.root, build.outfile);
  const cache = join(build.root, build.cache);
  const note = join(cache, `${build.outfile.replaceAll("/", "_")}.json`);
  const inputs = digestOf(build);
  if (existsSync(outfile) && existsSync(note)) {
    const made = JSON.parse(readFileSync(note, "utf8"));
    if (made.inputs === inputs && made.sha256 === (await sha256OfFile(outfile))) return false;
  }

  mkdirSync(dirname(outfile), { recursive: true });
  // A darwin file carries its own name in its signature: only the folder may differ from build to build.
  const work = join(cache, `work-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const made = join(work, basename(outfile));
  try {
    compileExecutable(build, made);
    writeFileSync(note, JSON.stringify({ inputs, sha256: await sha256OfFile(made) }));
    // A server may run the old file: a rename leaves it whole, writing over it would not.
    renameSync(made, outfile);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return true;
}

/** @param outfile an absolute path */
export function compileExecutable({ root, entry, bun, base, target }: Compilation, outfile: string): void {
  const platform = [`--target=${bunTarget(target)}`, `--compile-executable-path=${base}`];
  const { status, error, stdout, stderr } = spawnSync(
    bun,
    ["build", entry, ...flags, ...platform, `--outfile=${relative(root, outfile)}`],
    { cwd: root, encoding: "utf8" },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`bun build failed:\n${stdout}${stderr}`);
  if (target.os === "darwin" && target.arch === "amd64") {
    writeFileSync(outfile, signMachO(readFileSync(outfile), basename(outfile)));
  }
}

function digestOf({ root, entry, inputs, bunVersion, base, target }: ExecutableBuild): string {
  const hash = createHash("sha256").update(JSON.stringify([entry, flags, bunVersion, base, target]));
  for (const file of inputs.flatMap((input) => filesAt(root, input))) {
    hash.update(`\n${file}\n`).update(
      createHash("sha256")
        .update(readFileSync(join(root, file)))
        .digest(),
    );
  }
  return hash.digest("hex");
}

function filesAt(root: string, path: string): string[] {
  const folder = join(root, path);
  if (!existsSync(folder)) throw new Error(`${path} does not exist, but the executable is made of it.`);
  if (statSync(folder).isFile()) return [path];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}
