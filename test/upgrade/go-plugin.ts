import { afterAll, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describeOnRealServers, type ServersOfAStory } from "../servers/every-server.ts";
import { UpgradeWorld } from "./upgrade-world.ts";

const peers = join(import.meta.dirname, "../../../shared/peers");

/** The executable of the Go plugin that this one replaces. */
export const goPlugin = join(peers, "vault-plugin-secrets-cognito-go");

/** Why the Go plugin cannot be run here, and what to do about it. */
function missing(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "the Go plugin's executable is for linux/amd64";
  if (!existsSync(goPlugin)) return `no executable of the Go plugin at ${goPlugin}`;
  if (Bun.which("openssl") === null) return "the Go plugin insists on TLS, and certificates need the openssl command";
  return undefined;
}

export interface UpgradeStoryOptions {
  /** The servers' environment holds AWS credentials. */
  readonly serverHasIdentity?: boolean;
}

/**
 * Tells a story in which the Go plugin runs, once on each server. Where it cannot run the story is skipped, visibly; with
 * REQUIRE_SERVERS set, and a `shared` folder beside the project that ought to hold it, that is a failure.
 */
export async function describeUpgrade(
  story: string,
  tell: (servers: ServersOfAStory, world: UpgradeWorld) => void,
  { serverHasIdentity = false }: UpgradeStoryOptions = {},
): Promise<void> {
  const reason = missing();
  if (reason === undefined) {
    const world = await UpgradeWorld.open();
    afterAll(() => world.close());
    const env = { ...world.environment, ...(serverHasIdentity ? world.ownIdentity : {}) };
    describeOnRealServers(story, (servers) => tell(servers, world), { env });
  } else if (process.env.REQUIRE_SERVERS && existsSync(join(peers, ".."))) {
    test(story, () => {
      throw new Error(reason);
    });
  } else {
    // biome-ignore lint/suspicious/noSkippedTests: a machine without the Go plugin cannot run the story, and the report says so.
    test.skip(`${story} (skipped: ${reason})`, () => undefined);
  }
}
