import { join } from "node:path";
import type { RealServerKind } from "./server-kinds.ts";

/** `inmem` forgets everything when the server ends. */
export type StorageType = "file" | "inmem" | "raft";

export interface ServerPlace {
  /** The server's own folder, with `data` and `plugins` in it. */
  readonly folder: string;
  readonly port: number;
  readonly clusterPort: number;
  /** Default: "one". */
  readonly node?: string | undefined;
}

/** The configuration file of a node on the loopback. */
export function serverConfiguration(
  kind: RealServerKind,
  storage: StorageType,
  { folder, port, clusterPort, node = "one" }: ServerPlace,
): Record<string, unknown> {
  const path = join(folder, "data");
  const settings = {
    file: { path },
    inmem: {},
    // On the loopback nobody need wait long for others before it leads.
    raft: { path, node_id: node, performance_multiplier: 1 },
  };
  const cluster = `127.0.0.1:${clusterPort}`;
  return {
    listener: [{ tcp: { address: `127.0.0.1:${port}`, cluster_address: cluster, tls_disable: true } }],
    api_addr: `http://127.0.0.1:${port}`,
    cluster_addr: `https://${cluster}`,
    storage: { [storage]: settings[storage] },
    plugin_directory: join(folder, "plugins"),
    raw_storage_endpoint: true,
    log_level: "trace",
    log_format: "json",
    // Vault locks its memory and OpenBao refuses audit devices made by API, unless told otherwise. Neither knows the other's setting.
    ...(kind === "vault" ? { disable_mlock: true } : { unsafe_allow_api_audit_creation: true }),
  };
}
