/** pb.SystemView as Vault's community edition serves it (sdk/plugin/grpc_system.go). What it lacks answers Unimplemented. */
import { type Server, status } from "@grpc/grpc-js";
import { type SystemViewServer, SystemViewService } from "../../src/vault-wire/gen/backend.ts";
import type { Wrapping } from "./wrapping.ts";

export interface SystemFacts {
  /** Seconds. */
  readonly defaultLeaseTtl: () => number;
  /** Seconds. */
  readonly maxLeaseTtl: () => number;
  readonly tainted: () => boolean;
  readonly version: string;
  readonly clusterId: string;
  readonly wrapping: Wrapping;
  /** @throws when there is no such policy */
  readonly generatePassword: (policyName: string) => string;
}

type Methods<Service> = { [Method in keyof Service as string extends Method ? never : Method]?: Service[Method] };

/** Performance and disaster recovery replication are off: what a server outside a cluster says. */
const noReplication = 4096 + 8192;

/** @param facts undefined where a plugin only tells its version: Vault has no system view for it then either */
export function serveSystemView(server: Server, facts: SystemFacts | undefined): void {
  server.addService(SystemViewService, facts === undefined ? withoutFacts() : methodsOf(facts));
}

function methodsOf(facts: SystemFacts): Methods<SystemViewServer> {
  return {
    defaultLeaseTtl: (_call, answer) => answer(null, { TTL: nanoseconds(facts.defaultLeaseTtl()) }),
    maxLeaseTtl: (_call, answer) => answer(null, { TTL: nanoseconds(facts.maxLeaseTtl()) }),
    tainted: (_call, answer) => answer(null, { tainted: facts.tainted() }),
    cachingDisabled: (_call, answer) => answer(null, { disabled: false }),
    replicationState: (_call, answer) => answer(null, { state: noReplication }),
    mlockEnabled: (_call, answer) => answer(null, { enabled: false }),
    localMount: (_call, answer) => answer(null, { local: false }),
    entityInfo: (_call, answer) => answer(null, { entity: undefined, err: "" }),
    groupsForEntity: (_call, answer) => answer(null, { groups: [], err: "" }),
    clusterInfo: (_call, answer) => answer(null, { cluster_name: "", cluster_id: facts.clusterId, err: "" }),
    pluginEnv: (_call, answer) => {
      const environment = {
        vault_version: facts.version,
        vault_version_prerelease: "",
        vault_version_metadata: "",
        vault_build_date: undefined,
      };
      answer(null, { plugin_environment: environment, err: "" });
    },
    responseWrapData: ({ request: { data, TTL } }, answer) => {
      const ttl = Number(TTL / 1_000_000_000n);
      const wrapped = facts.wrapping.wrap({ data: JSON.parse(data) }, ttl, "sys/wrapping/wrap");
      answer(null, {
        err: "",
        wrap_info: {
          TTL,
          token: wrapped.token,
          accessor: wrapped.accessor,
          creation_time: { seconds: BigInt(Math.floor(wrapped.createdAt / 1000)), nanos: 0 },
          wrapped_accessor: "",
          wrapped_entity_id: "",
          format: "",
          creation_path: wrapped.path,
          seal_wrap: false,
        },
      });
    },
    generatePasswordFromPolicy: ({ request: { policy_name } }, answer) => {
      try {
        answer(null, { password: facts.generatePassword(policy_name) });
      } catch {
        answer({ code: status.INTERNAL, details: "failed to generate password" });
      }
    },
  };
}

function withoutFacts(): Methods<SystemViewServer> {
  const missing = { code: status.UNKNOWN, details: "missing system view implementation" };
  const refuse = (_call: unknown, answer: (error: typeof missing) => void): void => answer(missing);
  return Object.fromEntries(Object.keys(SystemViewService).map((method) => [method, refuse]));
}

function nanoseconds(seconds: number): bigint {
  return BigInt(Math.round(seconds)) * 1_000_000_000n;
}
