import { afterAll, beforeAll, describe, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { findServer } from "./find-server.ts";
import { type RealServer, startServer } from "./real-server.ts";
import { type ServerKind, serverKinds } from "./server-kinds.ts";
import type { ServerOptions } from "./server-options.ts";

setDefaultTimeout(60_000);

export interface ServersOfAStory {
  readonly kind: ServerKind;
  /** The server all tests of the story share; it starts before the first and stops after the last. Only tests and hooks may ask for it. */
  readonly shared: () => RealServer;
  /** Starts a server for one test; it stops, at the latest, after the last test of the story. */
  readonly start: (options?: ServerOptions) => Promise<RealServer>;
}

const search = {
  root: join(import.meta.dirname, "../.."),
  env: process.env,
  mayBuild: false,
  write: (line: string) => console.log(line),
};
const kinds: readonly ServerKind[] = ["vault", "openbao"];
const found = new Map(await Promise.all(kinds.map(async (kind) => [kind, await findServer(kind, search)] as const)));

/**
 * Tells a story once on each server the plugin must run in. Where a server is missing the story is skipped there, visibly; with
 * REQUIRE_SERVERS set it fails.
 */
export function describeOnEveryServer(
  story: string,
  tell: (servers: ServersOfAStory) => void,
  options: ServerOptions = {},
): void {
  for (const kind of kinds) {
    const missing = found.get(kind)?.missing;
    describe(`${story} on ${serverKinds[kind].title}`, () => {
      if (missing === undefined) tell(serversFor(kind, options));
      else reportMissing(missing);
    });
  }
}

function reportMissing(reason: string): void {
  if (process.env.REQUIRE_SERVERS) {
    test("needs the server", () => {
      throw new Error(reason);
    });
  } else {
    // biome-ignore lint/suspicious/noSkippedTests: a machine without the server cannot run the story, and the report says so.
    test.skip(`(skipped: ${reason})`, () => undefined);
  }
}

function serversFor(kind: ServerKind, options: ServerOptions): ServersOfAStory {
  const started: RealServer[] = [];
  const start = async (more: ServerOptions = options) => {
    const server = await startServer(kind, more);
    started.push(server);
    return server;
  };
  let shared: RealServer | undefined;
  beforeAll(async () => {
    shared = await start();
  });
  afterAll(async () => {
    await Promise.all(started.map((server) => server.stop()));
  });
  return {
    kind,
    start,
    shared: () => {
      if (shared === undefined) throw new Error("the shared server exists only while the tests run");
      return shared;
    },
  };
}
