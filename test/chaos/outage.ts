/**
 * `bun test/chaos/outage.ts [vault|openbao] [minutes]`: AWS answers nothing but errors for five minutes, while users are
 * being made and all leases are being revoked; then it is back. Takes about eight minutes. Prints what came of it; the exit
 * code is 0 when in the end every user is deleted, no lease is irrevocable and the write-ahead log is empty.
 */
import { load } from "../bench/load.ts";
import { read, secretsWrittenDown } from "../stories/cognito-world.ts";
import { irrevocableLeases } from "./irrevocable-leases.ts";
import { MountStorage } from "./mount-storage.ts";
import { tryOnMountedServer } from "./mounted-server.ts";
import { say, sayOutcome } from "./report.ts";

const leases = 200;
const unfinished = 20;
const atOnce = 16;
/** From the recovery: hosts try a lease again after minutes, and half-made users wait for their five. */
const patienceMinutes = 12;
const outageMinutes = Number(process.argv[3] ?? 5);

await tryOnMountedServer(async (server, world) => {
  const { emulator, userPool } = world;
  const storage = await MountStorage.of(server, "cognito");
  await load({ clients: atOnce, requests: leases }, () => read(server, "cognito/creds/app"));

  // What is made in these moments can be neither finished nor deleted.
  const error = { kind: "error", type: "InternalErrorException", status: 500 } as const;
  for (const action of ["AdminInitiateAuth", "AdminAddUserToGroup", "AdminDeleteUser"]) {
    emulator.faults.add({ match: { action, times: Number.POSITIVE_INFINITY }, fault: error });
  }
  const reads = Array.from({ length: unfinished }, () => server.http("GET", "cognito/creds/app"));
  while (userPool.usernames().length < leases + unfinished) await Bun.sleep(10);
  emulator.faults.add({ match: { times: Number.POSITIVE_INFINITY }, fault: error });
  const began = performance.now();
  await server.http("PUT", "sys/leases/revoke-prefix/cognito/creds/app", { sync: false });
  await Bun.sleep(outageMinutes * 60_000);
  const standing = userPool.usernames().length;
  const statuses = (await Promise.all(reads)).map(({ status }) => status);

  emulator.faults.clear();
  const recovered = performance.now();
  const isOver = async () => userPool.usernames().length === 0 && (await storage.notedUsers()).length === 0;
  while (!(await isOver()) && performance.now() - recovered < patienceMinutes * 60_000) await Bun.sleep(500);
  const seconds = Math.round((performance.now() - recovered) / 1000);

  const irrevocable = await irrevocableLeases(server);
  const [users, notes] = [userPool.usernames().length, (await storage.notedUsers()).length];
  const leaked = secretsWrittenDown(server, world);
  say("outage", `${Math.round((recovered - began) / 60_000)} minutes, ${standing} users at its end`);
  say(
    "answers in the outage",
    [...new Set(statuses)].map((status) => `${status}: ${countOf(statuses, status)}`).join(", "),
  );
  say("all deleted after", `${seconds} s`);
  say("users left", users);
  say("notes left", notes);
  say("irrevocable leases", irrevocable);
  say("secrets written down", leaked);
  return sayOutcome(users + notes + irrevocable + leaked === 0);
});

function countOf(statuses: readonly number[], wanted: number): number {
  return statuses.filter((status) => status === wanted).length;
}
