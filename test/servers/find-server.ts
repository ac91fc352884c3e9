import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { sha256OfFile } from "../../scripts/building/checksums.ts";
import { buildVault, vaultModuleDigest } from "./build-vault.ts";
import { cachedServer, keepServer } from "./server-cache.ts";
import { type RealServerKind, type ServerKind, serverKinds } from "./server-kinds.ts";
import { unpackXz } from "./unpack-xz.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ServerSearch {
  /** The project's folder: `.cache/servers` in it keeps what was made, `../shared/servers` beside it may hold packed servers. */
  readonly root: string;
  readonly env: Environment;
  /** Whether Vault may be built by Go where it is not found: that takes minutes, told through `write`. */
  readonly mayBuild: boolean;
  readonly write: (line: string) => void;
}

/** The file of a server, or why there is none and what to do. */
export type FoundServer =
  | { readonly file: string; readonly missing?: never }
  | { readonly file?: never; readonly missing: string };

/**
 * Finds a real server for tests: named by VAULT_BIN or BAO_BIN, on PATH, packed in `../shared/servers`, or, Vault only, built by Go
 * from the module pinned in `vault-module/`. What was unpacked or built is kept and used again while its source is the same.
 */
export async function findServer(kind: RealServerKind, search: ServerSearch): Promise<FoundServer> {
  const { executable, title, variable } = serverKinds[kind];
  const { root, env, write } = search;
  const named = env[variable];
  if (named) {
    const file = resolve(named);
    return isExecutable(file) ? { file } : { missing: `${variable} names ${named}, which is not an executable file` };
  }
  const onPath = findOnPath(executable, env);
  if (onPath !== undefined) return { file: onPath };

  const packed = join(root, "../shared/servers", `${executable}.xz`);
  if (existsSync(packed) && process.platform === "linux" && process.arch === "x64") {
    return unpackServer(packed, executable, search);
  }
  const tried = `no ${executable} on PATH and none named by ${variable}`;
  if (kind !== "vault") return { missing: `${tried}: install ${title}` };
  const built = cachedServer(root, executable, vaultModuleDigest());
  if (built !== undefined) return { file: built };
  const go = findOnPath("go", env);
  if (go === undefined) return { missing: `${tried}, nor Go to build it with: install ${title} or Go` };
  if (!search.mayBuild) return { missing: `${tried}: install ${title}, or run \`make test\`, which builds it with Go` };
  return made(keepServer(root, executable, vaultModuleDigest(), (file) => buildVault(go, file, env, write)));
}

/** What a story on such a server runs: the server's executable, which is its command line too, or for the dev server that of either. */
export async function findServerOrClient(kind: ServerKind, search: ServerSearch): Promise<FoundServer> {
  if (kind !== "dev-server") return findServer(kind, search);
  const vault = await findServer("vault", search);
  if (vault.file !== undefined) return vault;
  const bao = await findServer("openbao", search);
  if (bao.file !== undefined) return bao;
  return {
    missing: `it is used by the command line of Vault or OpenBao, and there is neither: ${vault.missing}; ${bao.missing}`,
  };
}

async function unpackServer(packed: string, name: string, { root, env, write }: ServerSearch): Promise<FoundServer> {
  const source = await sha256OfFile(packed);
  const unpacked = cachedServer(root, name, source);
  if (unpacked !== undefined) return { file: unpacked };
  const tool = findOnPath("xz", env) ?? findOnPath("python3", env);
  if (tool === undefined) return { missing: `${packed} cannot be unpacked without xz or python3: install one of them` };
  write(`Unpacking ${name}.xz (${(statSync(packed).size / 1e6).toFixed(0)} MB) to .cache/servers, once …`);
  return made(keepServer(root, name, source, (file) => unpackXz(tool, packed, file)));
}

async function made(file: Promise<string>): Promise<FoundServer> {
  try {
    return { file: await file };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

function findOnPath(name: string, env: Environment): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
