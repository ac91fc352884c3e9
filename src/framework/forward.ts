import { ReadOnlyError } from "./errors.ts";
import type { SystemView } from "./system-view.ts";

export interface ForwardingNodes {
  /** A performance standby, as OpenBao's standbys are too. */
  readonly fromStandby: boolean;
  /** A node of a performance secondary, unless the mount is local to it. */
  readonly fromSecondary: boolean;
}

/**
 * Hands a request on to the node that may write, by the ReadOnlyError that hosts take for it, where this node is one of `nodes`. For
 * what stores nothing, or acts outside before it does: storage itself refuses writes elsewhere.
 */
export async function forward(systemView: SystemView, { fromStandby, fromSecondary }: ForwardingNodes): Promise<void> {
  const state = await systemView.replicationState();
  if (fromStandby && state.performanceStandby) throw new ReadOnlyError();
  if (fromSecondary && state.performanceSecondary && !(await systemView.localMount())) throw new ReadOnlyError();
}
