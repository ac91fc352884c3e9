import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";

export type FoundHost =
  | { readonly file: string; readonly missing?: never }
  | { readonly file?: never; readonly missing: string };

const sources = ["main.go", "go.mod", "go.sum"];
const cache = join(import.meta.dirname, "../../../.cache");

/**
 * The host of `main.go`, built by Go where there is none of these sources yet: a minute, and a download of its modules. Tests
 * have a home folder of their own, so Go's caches are the project's unless the environment names others.
 */
export function buildHost(): FoundHost {
  const digest = createHash("sha256");
  for (const name of sources) digest.update(readFileSync(join(import.meta.dirname, name)));
  const file = join(cache, `go-host-${digest.digest("hex").slice(0, 12)}`);
  if (existsSync(file)) return { file };
  mkdirSync(cache, { recursive: true });
  const { error, status, stderr } = spawnSync("go", ["build", "-modcacherw", "-o", `${file}.new`, "."], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    env: { GOCACHE: join(cache, "go/build"), GOPATH: join(cache, "go"), ...process.env },
  });
  if (error !== undefined) return { missing: `the host needs Go: ${error.message}` };
  if (status !== 0) return { missing: `the host could not be built: ${stderr.trim().split("\n").at(-1)}` };
  renameSync(`${file}.new`, file);
  return { file };
}
