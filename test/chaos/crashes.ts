/**
 * Kills the plugin and its server, by signal 9, at every step of issuing, renewing and revoking, then makes every entry of
 * the write-ahead log old and waits for the server's tick: `test/chaos/crashes.ts`, about three minutes, everything on the
 * loopback. Prints a table of numbers; the exit code is 0 only when no user, entry or lease is left but in the one window
 * that no engine can close: between the deletion of the note and the storing of the lease.
 */

import { type RealServer, startServer } from "../servers/real-server.ts";
import type { StorageType } from "../servers/server-configuration.ts";
import type { ServerKind } from "../servers/server-kinds.ts";
import { type CrashCounts, CrashRun } from "./crash-run.ts";
import { crashWorld } from "./crash-world.ts";

interface Setting {
  readonly kind: ServerKind;
  readonly storage: StorageType;
}

const settings: readonly Setting[] = [
  { kind: "vault", storage: "file" },
  { kind: "vault", storage: "raft" },
  { kind: "openbao", storage: "raft" },
];
/** Long enough for the crashes, short enough to wait for. Seconds. */
const ttl = 45;
const rounds = { nearTheEnd: { plugin: 12, server: 4 }, callers: 12, renewals: { plugin: 3, server: 1 } };
const atOnce = 10;
const victims = ["plugin", "server"] as const;

const mustBeZero: readonly (keyof CrashCounts)[] = [
  "leasedAndNoted",
  "leasesForgotten",
  "usersForgotten",
  "usersLeft",
  "entriesLeft",
  "leasesLeft",
  "irrevocable",
];

async function crash({ kind, storage }: Setting): Promise<CrashCounts> {
  const server: RealServer = await startServer(kind, { storage });
  try {
    const world = await crashWorld(server, ttl);
    try {
      const run = new CrashRun(server, world);
      for (const victim of victims) {
        await run.cutEveryStepShort(victim);
        for (let round = 0; round < rounds.nearTheEnd[victim]; round += 1) await run.cutShortNearTheEnd(victim, atOnce);
        for (let round = 0; round < rounds.renewals[victim]; round += 1) await run.cutRenewalsShort(victim, atOnce);
      }
      for (let round = 0; round < rounds.callers; round += 1) await run.cutCallersOffNearTheEnd(atOnce);
      await run.settle();
      return run.counts;
    } finally {
      await world.emulator.close();
    }
  } finally {
    await server.stop();
  }
}

const results = await Promise.all(settings.map(crash));
const names = Object.keys(results[0] ?? {}) as (keyof CrashCounts)[];
console.table(
  Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(settings.map(({ kind, storage }, index) => [`${kind}, ${storage}`, results[index]?.[name]])),
    ]),
  ),
);
const failures = results.reduce((sum, counts) => sum + mustBeZero.filter((name) => counts[name] > 0).length, 0);
console.log(failures === 0 ? "All that must be 0 is 0." : `${failures} of the numbers that must be 0 are not.`);
process.exitCode = failures === 0 ? 0 : 1;
