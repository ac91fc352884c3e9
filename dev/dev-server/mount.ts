import type { HandleRequestReply, Request } from "../../src/vault-wire/gen/backend.ts";
import type { MemoryStorage } from "./memory-storage.ts";
import type { MountedEngine, Running } from "./mounted-engine.ts";

/** Vault's default_lease_ttl and max_lease_ttl, in seconds. */
export const systemLeaseTtl = 768 * 3600;

export interface MountSettings {
  /** Seconds; 0 takes the system's. */
  defaultLeaseTtl: number;
  /** Seconds; 0 takes the system's. */
  maxLeaseTtl: number;
  description: string;
  /** "" takes the catalog's choice. */
  pluginVersion: string;
  passthroughRequestHeaders: readonly string[];
  allowedResponseHeaders: readonly string[];
}

/** A secrets engine at a path. */
export interface Mount {
  /** With a slash at its end. */
  readonly path: string;
  readonly type: string;
  readonly uuid: string;
  readonly accessor: string;
  readonly options: Readonly<Record<string, string>>;
  readonly settings: MountSettings;
  readonly storage: MemoryStorage;
  readonly engine: MountedEngine;
  running: Running;
  /** It is being disabled: only revocations and rollbacks still reach it. */
  tainted: boolean;
}

export function defaultLeaseTtl({ settings }: Pick<Mount, "settings">): number {
  return settings.defaultLeaseTtl || systemLeaseTtl;
}

export function maxLeaseTtl({ settings }: Pick<Mount, "settings">): number {
  return settings.maxLeaseTtl || systemLeaseTtl;
}

/** Hands the engine a request of the server's own, such as a revoke; `path` is relative to the mount. */
export function askEngine(mount: Mount, request: Partial<Request>): Promise<HandleRequestReply> {
  return mount.engine.handle({
    mount_point: mount.path,
    mount_type: mount.type,
    mount_accessor: mount.accessor,
    ...request,
  });
}

/** What a mount looks like in sys/mounts; durations as they were set. */
export function describeMount(mount: Mount): Record<string, unknown> {
  const { settings, running } = mount;
  return {
    accessor: mount.accessor,
    config: {
      default_lease_ttl: settings.defaultLeaseTtl,
      force_no_cache: false,
      max_lease_ttl: settings.maxLeaseTtl,
      ...headersOf(settings),
    },
    description: settings.description,
    external_entropy_access: false,
    local: false,
    options: mount.options,
    plugin_version: settings.pluginVersion,
    running_plugin_version: running.version,
    running_sha256: running.sha256,
    seal_wrap: false,
    type: mount.type,
    uuid: mount.uuid,
  };
}

/** What `vault secrets tune` can change; durations as they hold. */
export function describeTuning(mount: Mount): Record<string, unknown> {
  return {
    default_lease_ttl: defaultLeaseTtl(mount),
    description: mount.settings.description,
    force_no_cache: false,
    max_lease_ttl: maxLeaseTtl(mount),
    plugin_version: mount.settings.pluginVersion,
    ...(Object.keys(mount.options).length === 0 ? {} : { options: mount.options }),
    ...headersOf(mount.settings),
  };
}

function headersOf(settings: MountSettings): Record<string, unknown> {
  const { passthroughRequestHeaders: passed, allowedResponseHeaders: allowed } = settings;
  return {
    ...(passed.length === 0 ? {} : { passthrough_request_headers: passed }),
    ...(allowed.length === 0 ? {} : { allowed_response_headers: allowed }),
  };
}
