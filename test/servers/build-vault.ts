import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const moduleFolder = join(import.meta.dirname, "vault-module");
const progressSeconds = 15;

/** Stands for everything that decides what is built. */
export function vaultModuleDigest(): string {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "main.go"]) hash.update(readFileSync(join(moduleFolder, name)));
  return hash.digest("hex");
}

/** Builds Vault from its pinned Go module, which takes minutes, and says how far it is. OpenBao cannot be had this way. */
export async function buildVault(
  go: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  write: (line: string) => void,
): Promise<void> {
  write("Building Vault for the tests from its Go module, once: about 12 minutes on 2 cores. To go without it,");
  write("stop this and put vault on PATH or name it by VAULT_BIN.");
  const options = { cwd: moduleFolder, env: { ...env, CGO_ENABLED: "0" }, maxBuffer: 2 ** 26 };
  const started = performance.now();
  let state = "downloading modules";
  const progress = setInterval(() => {
    write(`  … ${state} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  }, progressSeconds * 1000);
  try {
    const { stdout } = await promisify(execFile)(go, ["list", "-deps", "."], options);
    const total = stdout.trimEnd().split("\n").length;
    let compiled = 0;
    await goBuild(go, file, options, () => {
      compiled += 1;
      state = `${compiled} of ${total} packages compiled`;
    });
  } finally {
    clearInterval(progress);
  }
}

async function goBuild(
  go: string,
  file: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  onPackage: () => void,
): Promise<void> {
  const build = spawn(go, ["build", "-v", "-trimpath", "-ldflags", "-s -w", "-o", file, "."], {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines: string[] = [];
  createInterface({ input: build.stderr }).on("line", (line) => {
    lines.push(line);
    onPackage();
  });
  const code = await new Promise((resolve, reject) => {
    build.on("error", reject);
    build.on("close", resolve);
  });
  if (code !== 0) throw new Error(`go build ended with exit code ${code}:\n${lines.slice(-20).join("\n")}`);
}
