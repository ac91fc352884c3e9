import { UserError } from "../errors.ts";
import type { Entity, Group, ReplicationState, SystemView } from "../system-view.ts";

/** A host's view of a mount, as a test sets it. */
export class StaticSystemView implements SystemView {
  defaultTtl = 768 * 3600;
  maxTtl = 768 * 3600;
  isTainted = false;
  isLocal = false;
  isCachingDisabled = false;
  replication: ReplicationState = {
    performanceSecondary: false,
    performanceStandby: false,
    disasterRecoverySecondary: false,
  };
  readonly passwordPolicies = new Map<string, () => string>();
  readonly entities = new Map<string, Entity>();

  defaultLeaseTtl = async (): Promise<number> => this.defaultTtl;
  maxLeaseTtl = async (): Promise<number> => this.maxTtl;
  tainted = async (): Promise<boolean> => this.isTainted;
  cachingDisabled = async (): Promise<boolean> => this.isCachingDisabled;
  mlockEnabled = async (): Promise<boolean> => false;
  localMount = async (): Promise<boolean> => this.isLocal;
  replicationState = async (): Promise<ReplicationState> => this.replication;
  hostVersion = async (): Promise<string> => "1.21.0";
  clusterId = async (): Promise<string> => "00000000-0000-4000-8000-000000000000";
  entity = async (id: string): Promise<Entity | undefined> => this.entities.get(id);
  groupsOfEntity = async (): Promise<readonly Group[]> => [];

  async generatePassword(policyName: string): Promise<string> {
    const generate = this.passwordPolicies.get(policyName);
    if (generate === undefined) throw new UserError(`password policy "${policyName}" does not exist`);
    return generate();
  }
}
