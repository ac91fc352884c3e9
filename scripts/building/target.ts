/** A platform a release file is for, in Go's words, as Vault's and OpenBao's own downloads name them. */
export interface Target {
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
}

const systems: Readonly<Record<string, Target["os"]>> = { linux: "linux", darwin: "darwin" };
const architectures: Readonly<Record<string, Target["arch"]>> = { x64: "amd64", arm64: "arm64" };

/** The platform of a Node or Bun process. Throws for one the plugin is not built for. */
export function targetOf({ platform, arch }: { readonly platform: string; readonly arch: string }): Target {
  const os = systems[platform];
  const architecture = architectures[arch];
  if (os === undefined || architecture === undefined) {
    throw new Error(`The plugin is built for linux and darwin on amd64 and arm64, not for ${platform} on ${arch}.`);
  }
  return { os, arch: architecture };
}

export function releaseFileName(name: string, { os, arch }: Target): string {
  return `${name}-${os}-${arch}`;
}
