import { closeSync, openSync, readSync } from "node:fs";

/** A platform a release file is for, in Go's words, as Vault's and OpenBao's own downloads name them. */
export interface Target {
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
  /** The C library of Alpine; absent: the system's usual one (on Linux glibc). */
  readonly libc?: "musl";
}

/** All a release has, in the order in which they are listed. */
export const releaseTargets: readonly Target[] = [
  { os: "linux", arch: "amd64" },
  { os: "linux", arch: "arm64" },
  { os: "linux", arch: "amd64", libc: "musl" },
  { os: "linux", arch: "arm64", libc: "musl" },
  { os: "darwin", arch: "amd64" },
  { os: "darwin", arch: "arm64" },
];

const systems: Readonly<Record<string, Target["os"]>> = { linux: "linux", darwin: "darwin" };
const architectures: Readonly<Record<string, Target["arch"]>> = { x64: "amd64", arm64: "arm64" };

interface RunningProcess {
  readonly platform: string;
  readonly arch: string;
  /** The runtime's file, which shows the C library it was linked for. */
  readonly execPath?: string;
}

/** The platform of a Node or Bun process. Throws for one the plugin is not built for. */
export function targetOf({ platform, arch, execPath }: RunningProcess): Target {
  const os = systems[platform];
  const architecture = architectures[arch];
  if (os === undefined || architecture === undefined) {
    throw new Error(`The plugin is built for linux and darwin on amd64 and arm64, not for ${platform} on ${arch}.`);
  }
  const isMusl = os === "linux" && execPath !== undefined && firstBytes(execPath).includes("/ld-musl-");
  return { os, arch: architecture, ...(isMusl ? { libc: "musl" } : {}) };
}

/** An ELF file names its loader right after its headers. */
function firstBytes(path: string): Buffer {
  const bytes = Buffer.alloc(4096);
  const file = openSync(path, "r");
  try {
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

/** What `OS`, `ARCH` and `LIBC` of make ask for; what is left out is as on `here`. Throws for what there is no target for. */
export function wantedTarget(
  here: Target,
  wanted: { readonly os?: string; readonly arch?: string; readonly libc?: string },
): Target {
  const { os = here.os, arch = here.arch } = wanted;
  const libc = wanted.libc ?? (os === here.os ? here.libc : undefined);
  const found = releaseTargets.find(
    (target) => target.os === os && target.arch === arch && target.libc === (libc === "glibc" ? undefined : libc),
  );
  if (found !== undefined) return found;
  const names = releaseTargets.map((target) => Object.values(target).join(" ")).join(", ");
  throw new Error(
    `There is no build for ${[os, arch, libc].filter(Boolean).join(" ")}. OS, ARCH and LIBC together make one of: ${names}.`,
  );
}

export function sameTarget(one: Target, other: Target): boolean {
  return one.os === other.os && one.arch === other.arch && one.libc === other.libc;
}

export function releaseFileName(name: string, { os, arch, libc }: Target): string {
  return [name, os, arch, ...(libc === undefined ? [] : [libc])].join("-");
}

/** The target in Bun's words. */
export function bunTarget({ os, arch, libc }: Target): string {
  return ["bun", os, arch === "amd64" ? "x64" : "arm64", ...(libc === undefined ? [] : [libc])].join("-");
}
