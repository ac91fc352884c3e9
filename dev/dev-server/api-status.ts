import { bodyOf, noContent, type Plain, type Route, textField } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { type Core, claimedVersion } from "./core.ts";

const neverActive = "0001-01-01T00:00:00Z";

/** What the server says of its own state, and the seal. */
export const statusRoutes: readonly Route[] = [
  {
    pattern: /^health$/,
    open: true,
    handlers: { read: ({ core }) => health(core), header: ({ core }) => health(core) },
  },
  { pattern: /^seal-status$/, open: true, handlers: { read: ({ core }) => sealStatus(core) } },
  { pattern: /^init$/, open: true, handlers: { read: () => ({ status: 200, body: { initialized: true } }) } },
  { pattern: /^leader$/, open: true, handlers: { read: () => leader } },
  {
    pattern: /^seal$/,
    handlers: {
      update: async ({ core }) => {
        await core.seal();
        return noContent;
      },
    },
  },
  {
    pattern: /^unseal$/,
    open: true,
    handlers: {
      update: async ({ core, request }) => {
        if (textField(bodyOf(request), "key") === "") {
          throw new ApiError(400, "'key' must be specified in request body; this dev server opens with any key");
        }
        await core.unseal();
        return sealStatus(core);
      },
    },
  },
];

const leader: Plain = {
  status: 200,
  body: {
    ha_enabled: false,
    is_self: false,
    active_time: neverActive,
    leader_address: "",
    leader_cluster_address: "",
    performance_standby: false,
    performance_standby_last_remote_wal: 0,
  },
};

function health(core: Core): Plain {
  const { sealed } = core;
  const mode = sealed ? "unknown" : "disabled";
  return {
    status: sealed ? 503 : 200,
    body: {
      initialized: true,
      sealed,
      standby: sealed,
      performance_standby: false,
      replication_performance_mode: mode,
      replication_dr_mode: mode,
      server_time_utc: Math.floor(core.clock.now() / 1000),
      version: claimedVersion,
      enterprise: false,
      cluster_name: core.clusterName,
      cluster_id: core.clusterId,
      dev_server: "in memory, not encrypted, for development only",
    },
  };
}

function sealStatus({ sealed, startedAt, clusterName, clusterId }: Core): Plain {
  return {
    status: 200,
    body: {
      type: "shamir",
      initialized: true,
      sealed,
      t: 1,
      n: 1,
      progress: 0,
      nonce: "",
      version: claimedVersion,
      build_date: new Date(startedAt).toISOString(),
      migration: false,
      cluster_name: clusterName,
      cluster_id: clusterId,
      recovery_seal: false,
      storage_type: "inmem (dev server: keeps nothing, encrypts nothing)",
    },
  };
}
