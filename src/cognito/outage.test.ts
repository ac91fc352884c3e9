import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { startCognitoEmulator } from "../../dev/cognito-emulator/index.ts";
import type { ManualClock } from "../framework/testing/manual-clock.ts";
import { type Answer, TestMount } from "../framework/testing/test-mount.ts";
import { cognito } from "./cognito.ts";
import { RequestLimits } from "./request-limits.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";

const always = Number.POSITIVE_INFINITY;
const attemptsOfHosts = 6;

/** As vault/expiration.go: the next attempt after 10 seconds, then twice as long each time; after the sixth the lease is irrevocable. */
async function revokeAsHostsDo(mount: TestMount, clock: ManualClock, user: Answer): Promise<number> {
  for (let attempt = 1; attempt <= attemptsOfHosts; attempt += 1) {
    try {
      await mount.revoke(user);
      return attempt;
    } catch {
      await clock.sleep(10_000 * 2 ** (attempt - 1));
    }
  }
  throw new Error("the lease is irrevocable");
}

test("an AWS outage of five minutes leaves no user: neither leased nor half-made", async () => {
  const world = await mountedCognito();
  await using _ = world;
  const { mount, clock, emulator } = world;
  await mount.write("roles/app", world.userRole);
  // So that the host's own attempts, not the engine's, have to bridge the outage.
  await mount.write("config", { max_retries: 1 });
  const leased: Answer[] = [];
  while (leased.length < 20) leased.push(await mount.read("creds/app"));

  // The outage begins while users are being made: what was made can be neither finished nor deleted.
  const error = { kind: "error", type: "InternalErrorException", status: 500 } as const;
  for (const action of ["AdminInitiateAuth", "AdminAddUserToGroup", "AdminDeleteUser"]) {
    emulator.faults.add({ match: { action, times: always }, fault: error });
  }
  const reads = Array.from({ length: 5 }, () =>
    mount.read("creds/app").then(
      () => "made",
      () => "failed",
    ),
  );
  while (world.userPool.usernames().length < 25) await Bun.sleep(1);
  emulator.faults.add({ match: { times: always }, fault: { kind: "reset", takesEffect: false } });

  const began = clock.now();
  const outage = clock.sleep(300_000).then(() => emulator.faults.clear());
  const ticks = (async () => {
    for (let minute = 0; minute < 12; minute += 1) {
      await clock.sleep(60_000);
      await mount.rollback().catch(() => {});
    }
  })();
  const revocations = leased.map((user) => revokeAsHostsDo(mount, clock, user));
  const [outcomes, attempts] = await clock.settle(
    Promise.all([Promise.all(reads), Promise.all(revocations), outage, ticks]),
  );

  expect(outcomes).toEqual(outcomes.map(() => "failed"));
  expect(Math.max(...attempts)).toBeLessThanOrEqual(attemptsOfHosts);
  expect(world.userPool.usernames()).toEqual([]);
  expect(await mount.storage.list("wal/")).toEqual([]);
  expect(clock.now() - began).toBe(12 * 60_000);
  world.assertNothingLeaked();
});

test("a mount whose AWS hangs delays no other mount: not by a lock, not by a shared wait, not by all that the runtime has under way at a time", async () => {
  const world = await mountedCognito();
  await using _ = world;
  const { mount, clock, emulator } = world;
  await mount.write("roles/app", world.userRole);
  await mount.write("roles/machine", world.machineRole);
  await using hanging = await startCognitoEmulatorFor(clock);
  // The same process, hence the same limits; the same AWS account, hence the same quota.
  const factory = cognito({
    fetch,
    random: randomBytes,
    requestLimits: new RequestLimits(clock),
    ambientRegion: async () => undefined,
  });
  const [stuck, free] = [
    await TestMount.open(factory, { clock }),
    await TestMount.open(factory, { clock, storage: mount.storage }),
  ];
  await stuck.write("config", { ...world.config, cognito_endpoint: hanging.url, sts_endpoint: hanging.url });
  await stuck.write("roles/app", world.userRole);
  await stuck.write("roles/machine", { ...world.machineRole, cognito_pool_domain: hanging.url });
  const latch = hanging.faults.add({ match: { times: always }, fault: { kind: "hang" } });
  const waiting = Array.from({ length: 300 }, (_, index) =>
    stuck.read(index % 2 === 0 ? "creds/app" : "creds/machine").catch(() => undefined),
  );
  await latch.met(128);

  // The clock stands still: whatever waited for the others would wait for ever.
  const user = await free.read("creds/app");
  expect((await free.read("creds/machine")).data["access_token"]).toStartWith("eyJ");
  await free.revoke(user);
  expect(emulator.pool(world.userRole.user_pool_id).usernames()).toEqual([]);
  expect(latch.waiting).toBe(128);
  latch.remove();
  await clock.settle(Promise.all(waiting));
});

async function startCognitoEmulatorFor(clock: ManualClock) {
  const emulator = await startCognitoEmulator({ clock });
  return { ...emulator, [Symbol.asyncDispose]: () => emulator.close() };
}
