/** helper/consts/replication.go, the bits that decide whether this node may act. */
export interface ReplicationState {
  readonly performanceSecondary: boolean;
  readonly performanceStandby: boolean;
  readonly disasterRecoverySecondary: boolean;
}

export interface Entity {
  readonly id: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly namespaceId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly aliases: readonly EntityAlias[];
}

export interface EntityAlias {
  readonly id: string;
  readonly name: string;
  readonly mountType: string;
  readonly mountAccessor: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly namespaceId: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What the host knows about itself and this mount. Every call is a round trip to the host. Wrapping data is left out:
 * Vault 1.21 and OpenBao 2.5 refuse it to external plugins.
 */
export interface SystemView {
  /** Seconds. */
  defaultLeaseTtl(): Promise<number>;
  /** Seconds. */
  maxLeaseTtl(): Promise<number>;
  /** True while the mount is being disabled: its storage is about to go. */
  tainted(): Promise<boolean>;
  cachingDisabled(): Promise<boolean>;
  mlockEnabled(): Promise<boolean>;
  localMount(): Promise<boolean>;
  replicationState(): Promise<ReplicationState>;
  /** The server's version, "1.21.0". */
  hostVersion(): Promise<string>;
  clusterId(): Promise<string>;
  entity(id: string): Promise<Entity | undefined>;
  groupsOfEntity(id: string): Promise<readonly Group[]>;
  /** Rejects with UserError when the policy does not exist. */
  generatePassword(policyName: string): Promise<string>;
}

/**
 * True where this node may write to the mount's storage and act outside
 * (framework/backend.go WriteSafeReplicationState; OpenBao has no such helper, but the same bits).
 */
export async function mayWrite(systemView: SystemView): Promise<boolean> {
  const state = await systemView.replicationState();
  if (state.disasterRecoverySecondary || state.performanceStandby) return false;
  return !state.performanceSecondary || (await systemView.localMount());
}
