import { afterAll, beforeAll, test } from "bun:test";
import { goPluginMissing, isGoPluginRequired } from "../conformance/go-plugin/go-plugin.ts";
import { type Cluster, startCluster } from "../servers/cluster.ts";
import { describeOnRealKinds, describeOnRealServers, type ServersOfAStory } from "../servers/every-server.ts";
import type { RealServerKind } from "../servers/server-kinds.ts";
import { UpgradeWorld } from "./upgrade-world.ts";

/** Why the stories cannot be told here, and what to do about it. */
function missing(): string | undefined {
  if (Bun.which("openssl") === null) return "the Go plugin insists on TLS, and certificates need the openssl command";
  return goPluginMissing();
}

export interface UpgradeStoryOptions {
  /** The servers' environment holds AWS credentials. */
  readonly serverHasIdentity?: boolean;
}

/**
 * Tells a story in which the Go plugin runs, once on each real server. Where it cannot run the story is skipped, visibly; with
 * REQUIRE_SERVERS set, and a `shared` folder beside the project that ought to hold it, that is a failure.
 */
export async function describeUpgrade(
  story: string,
  tell: (servers: ServersOfAStory, world: UpgradeWorld) => void,
  { serverHasIdentity = false }: UpgradeStoryOptions = {},
): Promise<void> {
  await withGoPlugin(story, (world) => {
    const env = { ...world.environment, ...(serverHasIdentity ? world.ownIdentity : {}) };
    describeOnRealServers(story, (servers) => tell(servers, world), { env });
  });
}

/** The same on a cluster of three nodes. */
export async function describeClusterUpgrade(
  story: string,
  tell: (cluster: () => Cluster, world: UpgradeWorld, kind: RealServerKind) => void,
): Promise<void> {
  await withGoPlugin(story, (world) => {
    describeOnRealKinds(story, (kind) => {
      let cluster: Cluster | undefined;
      beforeAll(async () => {
        cluster = await startCluster(kind, 3, { env: world.environment });
      }, 120_000);
      afterAll(() => cluster?.stop());
      const started = () => {
        if (cluster === undefined) throw new Error("the cluster exists only while the tests run");
        return cluster;
      };
      tell(started, world, kind);
    });
  });
}

async function withGoPlugin(story: string, tell: (world: UpgradeWorld) => void): Promise<void> {
  const reason = missing();
  if (reason === undefined) {
    const world = await UpgradeWorld.open();
    afterAll(() => world.close());
    tell(world);
  } else if (isGoPluginRequired) {
    test(story, () => {
      throw new Error(reason);
    });
  } else {
    // biome-ignore lint/suspicious/noSkippedTests: a machine without the Go plugin cannot run the story, and the report says so.
    test.skip(`${story} (skipped: ${reason})`, () => undefined);
  }
}
