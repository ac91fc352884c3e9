import { setTimeout as sleep } from "node:timers/promises";
import { type RealServer, startServer } from "./real-server.ts";
import type { RealServerKind } from "./server-kinds.ts";
import type { ServerOptions } from "./server-options.ts";

/**
 * Several nodes of Vault or OpenBao on the loopback that share their storage by raft. Each node is a {@link RealServer} with a plugin
 * directory, a log and plugin processes of its own; catalogue, mounts, leases and the root token are the cluster's. Any node takes any
 * request: standbys forward what only the leader can do. OpenBao's standbys run the mounts, too, and answer reads themselves, a moment
 * behind the leader, also in knowing a new mount; Vault's run none. The audit log is the first node's file, whoever leads.
 */
export class Cluster {
  /** All nodes, those that do not run included. The first founded the cluster and led it at first. */
  readonly nodes: readonly RealServer[];

  /** Use {@link startCluster}. */
  constructor(nodes: readonly RealServer[]) {
    this.nodes = nodes;
  }

  /** The node that leads, and that all others know to lead; waits up to 30 seconds for an election. */
  async leader(): Promise<RealServer> {
    const deadline = performance.now() + 30_000;
    while (performance.now() < deadline) {
      const views = (await Promise.all(this.nodes.map(viewOf))).filter((view) => view !== undefined);
      const leader = this.nodes.find(({ address }) => views.every((view) => view.leader === address));
      if (leader !== undefined && views.some(({ leads, leader: who }) => leads && who === leader.address))
        return leader;
      await sleep(50);
    }
    throw new Error("the nodes follow no leader after 30 s");
  }

  /** The nodes that run, unsealed, and do not lead. */
  async standbys(): Promise<readonly RealServer[]> {
    const leader = await this.leader();
    const views = await Promise.all(this.nodes.map(viewOf));
    return this.nodes.filter((node, index) => node !== leader && views[index] !== undefined);
  }

  /** Has the leader step down; resolves to the node that leads then, which is another. The former leader stays out of the next election. */
  async stepDown(): Promise<RealServer> {
    const former = await this.leader();
    const { status } = await former.http("PUT", "sys/step-down");
    if (status !== 204) throw new Error(`sys/step-down answered ${status}`);
    return this.#leaderAfter(former);
  }

  /**
   * Kills the leader as a crash would; resolves to the node that leads then. More than half of the nodes must be left, or nobody leads.
   * `node.restart()` brings the killed one back as a standby.
   */
  async killLeader(): Promise<RealServer> {
    const former = await this.leader();
    await former.kill9();
    return this.#leaderAfter(former);
  }

  /** Ends all nodes and removes their folders. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  async #leaderAfter(former: RealServer): Promise<RealServer> {
    const deadline = performance.now() + 30_000;
    while (performance.now() < deadline) {
      const leader = await this.leader();
      if (leader !== former) return leader;
      await sleep(50);
    }
    throw new Error("no other node took the lead within 30 s");
  }
}

interface View {
  readonly leads: boolean;
  /** The address of the node that leads, as far as this one knows. */
  readonly leader: string;
}

/** What a node knows of the cluster; undefined where it does not run or is sealed. */
async function viewOf(node: RealServer): Promise<View | undefined> {
  try {
    const { body } = await node.http<{ sealed: boolean; standby: boolean }>("GET", "sys/health");
    if (body.sealed) return undefined;
    const known = await node.http<{ leader_address?: string }>("GET", "sys/leader");
    return { leads: !body.standby, leader: known.body.leader_address ?? "" };
  } catch {
    return undefined;
  }
}

/** Starts a cluster whose nodes all may lead. Throws, with the reason, when there is no executable of the server. */
export async function startCluster(
  kind: RealServerKind,
  size = 3,
  options: Pick<ServerOptions, "env" | "config"> = {},
): Promise<Cluster> {
  const nodes: RealServer[] = [];
  try {
    for (let index = 1; index <= size; index += 1) {
      const [joins] = nodes;
      const node = { name: `node-${index}`, ...(joins === undefined ? {} : { joins }) };
      nodes.push(await startServer(kind, { ...options, node }));
      if (joins === undefined) await hurryNewNodes(nodes[0] as RealServer);
    }
    await untilAllVote(nodes[0] as RealServer, size);
  } catch (error) {
    await Promise.all(nodes.map((node) => node.stop()));
    throw error;
  }
  return new Cluster(nodes);
}

/** A node that joins has no vote until it was stable for a while, ten seconds by default: without votes of two, nobody follows a dead leader. */
async function hurryNewNodes(leader: RealServer): Promise<void> {
  const { status } = await leader.http("POST", "sys/storage/raft/autopilot/configuration", {
    server_stabilization_time: "1s",
  });
  if (status !== 204) throw new Error(`sys/storage/raft/autopilot/configuration answered ${status}`);
}

async function untilAllVote(leader: RealServer, size: number): Promise<void> {
  interface Configuration {
    readonly data: { readonly config: { readonly servers: readonly { readonly voter: boolean }[] } };
  }
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const { body } = await leader.http<Configuration>("GET", "sys/storage/raft/configuration");
    if (body.data.config.servers.filter(({ voter }) => voter).length === size) return;
    await sleep(100);
  }
  throw new Error(`not all ${size} nodes have a vote after 60 s`);
}
