import * as grpc from "@grpc/grpc-js";
import { UserError } from "../framework/errors.ts";
import { quote } from "../framework/go-strconv.ts";
import type { Entity, EntityAlias, Group, ReplicationState, SystemView } from "../framework/system-view.ts";
import { nanosecondsToSeconds } from "./durations.ts";
import { SystemViewService } from "./gen/backend.ts";
import type { Alias, Entity as WireEntity, Group as WireGroup } from "./gen/identity.ts";
import { HostCallError, type HostClient } from "./host-client.ts";

/** helper/consts/replication.go, the same in OpenBao. */
const replicationBits = { performanceSecondary: 64, disasterRecoverySecondary: 512, performanceStandby: 16384 };

/** What the host tells about itself and about one mount. */
export class SystemViewClient implements SystemView {
  readonly #host: HostClient;

  constructor(host: HostClient) {
    this.#host = host;
  }

  async defaultLeaseTtl(): Promise<number> {
    return nanosecondsToSeconds((await this.#host.call(SystemViewService.defaultLeaseTtl, {})).TTL);
  }

  async maxLeaseTtl(): Promise<number> {
    return nanosecondsToSeconds((await this.#host.call(SystemViewService.maxLeaseTtl, {})).TTL);
  }

  async tainted(): Promise<boolean> {
    return (await this.#host.call(SystemViewService.tainted, {})).tainted;
  }

  async cachingDisabled(): Promise<boolean> {
    return (await this.#host.call(SystemViewService.cachingDisabled, {})).disabled;
  }

  async mlockEnabled(): Promise<boolean> {
    return (await this.#host.call(SystemViewService.mlockEnabled, {})).enabled;
  }

  async localMount(): Promise<boolean> {
    return (await this.#host.call(SystemViewService.localMount, {})).local;
  }

  async replicationState(): Promise<ReplicationState> {
    const { state } = await this.#host.call(SystemViewService.replicationState, {});
    return {
      performanceSecondary: (state & replicationBits.performanceSecondary) !== 0,
      performanceStandby: (state & replicationBits.performanceStandby) !== 0,
      disasterRecoverySecondary: (state & replicationBits.disasterRecoverySecondary) !== 0,
    };
  }

  async hostVersion(): Promise<string> {
    const { plugin_environment } = await this.#host.checkedCall(SystemViewService.pluginEnv, {});
    return plugin_environment?.vault_version ?? "";
  }

  async clusterId(): Promise<string> {
    return (await this.#host.checkedCall(SystemViewService.clusterInfo, {})).cluster_id;
  }

  async entity(id: string): Promise<Entity | undefined> {
    // Root tokens have no entity; hosts answer the question for one with an error.
    if (id === "") return undefined;
    const { entity } = await this.#host.checkedCall(SystemViewService.entityInfo, { entity_id: id });
    return entity === undefined ? undefined : translateEntity(entity);
  }

  async groupsOfEntity(id: string): Promise<readonly Group[]> {
    if (id === "") return [];
    const { groups } = await this.#host.checkedCall(SystemViewService.groupsForEntity, { entity_id: id });
    return groups.map(translateGroup);
  }

  async generatePassword(policyName: string): Promise<string> {
    try {
      const request = { policy_name: policyName };
      return (await this.#host.call(SystemViewService.generatePasswordFromPolicy, request)).password;
    } catch (error) {
      // Hosts say no more than this, whatever is wrong with the policy (sdk/plugin/grpc_system.go).
      const { INVALID_ARGUMENT, INTERNAL } = grpc.status;
      const isRefusal =
        error instanceof HostCallError && (error.status === INVALID_ARGUMENT || error.status === INTERNAL);
      if (!isRefusal) throw error;
      throw new UserError(
        `password policy ${quote(policyName)} generates no password; check that it exists in sys/policies/password and works`,
        { cause: error },
      );
    }
  }
}

function translateEntity({ ID, name, disabled, namespace_id, metadata, aliases }: WireEntity): Entity {
  return { id: ID, name, disabled, namespaceId: namespace_id, metadata, aliases: aliases.map(translateAlias) };
}

function translateAlias({ ID, name, mount_type, mount_accessor, metadata }: Alias): EntityAlias {
  return { id: ID, name, mountType: mount_type, mountAccessor: mount_accessor, metadata };
}

function translateGroup({ ID, name, namespace_id, metadata }: WireGroup): Group {
  return { id: ID, name, namespaceId: namespace_id, metadata };
}
