import { afterAll, beforeAll, describe, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { devServerGaps } from "./dev-server-gaps.ts";
import { type FoundServer, findServerOrClient } from "./find-server.ts";
import { type RealServer, startServer } from "./real-server.ts";
import { type RealServerKind, type ServerKind, titleOf } from "./server-kinds.ts";
import type { ServerOptions } from "./server-options.ts";

setDefaultTimeout(60_000);

/** Tells one test: its name, and what happens. */
export type TellTest = (name: string, happens: () => Promise<void> | void) => void;

export interface ServersOfAStory {
  readonly kind: ServerKind;
  /** As bun:test's own, but for what dev-server-gaps.ts says of the dev server: that must fail there. */
  readonly test: TellTest;
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
const realKinds: readonly RealServerKind[] = ["vault", "openbao"];
const kinds: readonly ServerKind[] = [...realKinds, "dev-server"];
const found = new Map<ServerKind, FoundServer>();
// One after the other: two of them may unpack the same file.
for (const kind of kinds) found.set(kind, await findServerOrClient(kind, search));

/**
 * Tells a story once on each server the plugin must run in, and on our dev server. Where a server is missing the story is skipped there,
 * visibly; with REQUIRE_SERVERS set it fails. What the dev server cannot do is listed in dev-server-gaps.ts.
 */
export function describeOnEveryServer(
  story: string,
  tell: (servers: ServersOfAStory) => void,
  options: ServerOptions = {},
): void {
  describeOn(kinds, story, (kind) => tell(serversFor(kind, story, options)));
}

/** The same for stories of what the dev server has nothing of: files of configuration, restarts, engines of the server's own. */
export function describeOnRealServers(
  story: string,
  tell: (servers: ServersOfAStory) => void,
  options: ServerOptions = {},
): void {
  describeOn(realKinds, story, (kind) => tell(serversFor(kind, story, options)));
}

/** The same for stories that start what they need themselves, such as a cluster. */
export function describeOnRealKinds(story: string, tell: (kind: RealServerKind) => void): void {
  describeOn(realKinds, story, tell);
}

function describeOn<Kind extends ServerKind>(
  servers: readonly Kind[],
  story: string,
  tell: (kind: Kind) => void,
): void {
  for (const kind of servers) {
    const missing = found.get(kind)?.missing;
    describe(`${story} on ${titleOf(kind)}`, () => {
      if (missing === undefined) tell(kind);
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

function serversFor(kind: ServerKind, story: string, options: ServerOptions): ServersOfAStory {
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
    test: kind === "dev-server" ? testWithGaps(story) : test,
    start,
    shared: () => {
      if (shared === undefined) throw new Error("the shared server exists only while the tests run");
      return shared;
    },
  };
}

/** Must be used for every test that stands in dev-server-gaps.ts; an entry that meets no test fails the story. */
function testWithGaps(story: string): TellTest {
  const gaps = new Map(devServerGaps.flatMap((gap) => (gap.story === story ? [[gap.test, gap.reason]] : [])));
  const unmet = new Set(gaps.keys());
  afterAll(() => {
    if (unmet.size > 0)
      throw new Error(`dev-server-gaps.ts names tests that "${story}" does not have: ${[...unmet].join("; ")}`);
  });
  return (name, happens) => {
    const reason = gaps.get(name);
    unmet.delete(name);
    if (reason === undefined) test(name, happens);
    else test.failing(`${name} (known to fail here: ${reason})`, happens);
  };
}
