import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Found =
  | { readonly folder: string; readonly missing?: never }
  | { readonly folder?: never; readonly missing: string };

/**
 * A virtual environment with the packages of a requirements file, kept in `.cache` under the file's digest and made where there is
 * none: a minute, and PyPI. Says why when there cannot be one.
 */
export async function pythonVenv(name: string, requirements: string): Promise<Found> {
  const digest = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(import.meta.dirname, "../../../.cache", `${name}-${digest}`);
  const complete = join(folder, "complete");
  if (existsSync(complete)) return { folder };
  const env = { HOME: homedir(), PATH: process.env["PATH"] ?? "" };
  const options = { env, timeout: 240_000 };
  mkdirSync(join(folder, ".."), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  try {
    await run("python3", ["-m", "venv", folder], options);
    await run(
      join(folder, "bin/pip"),
      ["install", "--quiet", "--no-deps", "--only-binary=:all:", "--requirement", requirements],
      options,
    );
  } catch (error) {
    const { stderr = "", message } = error as Error & { readonly stderr?: string };
    return { missing: `needs python3 with venv, and PyPI: ${stderr.trim().split("\n").at(-1) || message}` };
  }
  writeFileSync(complete, "");
  return { folder };
}
