import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { RateLimitedError } from "../framework/index.ts";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { type Answer, TestMount } from "../framework/testing/test-mount.ts";
import { cognito } from "./cognito.ts";
import { RequestLimits } from "./request-limits.ts";
import { clientAuthentication } from "./request-quotas.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";
import { failureOf } from "./testing/user-making.ts";

const always = Number.POSITIVE_INFINITY;

async function withUsers(count: number) {
  const world = await mountedCognito();
  await world.mount.write("roles/app", world.userRole);
  const users: Answer[] = [];
  while (users.length < count) users.push(await world.mount.read("creds/app"));
  world.emulator.forget();
  world.clock.advance({ minutes: 10 });
  return { world, users };
}

test("a mass revoke takes every user away at the pace that AWS accepts", async () => {
  const { world, users } = await withUsers(200);
  await using _ = world;
  const { mount, clock, emulator } = world;
  emulator.quotas.set("UserUpdate", 25);
  const began = clock.now();
  await clock.settle(Promise.all(users.map((user) => mount.revoke(user))));

  const seconds = (clock.now() - began) / 1000;
  const late = emulator.calls.filter(({ time }) => time >= began + 5_000);
  expect(world.userPool.usernames()).toEqual([]);
  expect(seconds).toBeLessThan(10);
  expect(late.length).toBeLessThanOrEqual(1.3 * 25 * (seconds - 5));
  expect(late.filter(({ outcome }) => outcome !== "ok").length).toBeLessThan(10);
});

test("users of one mount are taken away while another mount's revocations wait in hundreds", async () => {
  const { world, users } = await withUsers(121);
  await using _ = world;
  const { clock, emulator, mount } = world;
  const requestLimits = new RequestLimits(clock);
  const factory = cognito({ fetch, random: randomBytes, requestLimits, ambientRegion: async () => undefined });
  const [crowded, other] = [await TestMount.open(factory, { clock, storage: mount.storage }), mount];
  await other.reload();
  const quiet = await TestMount.open(factory, { clock, storage: mount.storage });
  emulator.quotas.set("UserUpdate", 25);
  const [first, ...rest] = users;
  if (first === undefined) throw new Error("there are no users");

  const began = clock.now();
  const crowd = Promise.all(rest.map((user) => crowded.revoke(user)));
  crowd.catch(() => {});
  let waited = 0;
  const one = (async () => {
    while (!emulator.calls.some(({ outcome }) => outcome === "TooManyRequestsException")) await Bun.sleep(1);
    await quiet.revoke(first);
    waited = clock.now() - began;
  })();
  await clock.settle(Promise.all([one, crowd]));
  expect(world.userPool.usernames()).toEqual([]);
  expect(clock.now() - began).toBeGreaterThan(3_000);
  expect(waited).toBeLessThan(1_000);
});

test("a request that AWS throttles to the end says so in time", async () => {
  const { world, users } = await withUsers(1);
  await using _ = world;
  const { mount, clock, emulator } = world;
  emulator.faults.add({ match: { action: "AdminDeleteUser", times: always }, fault: { kind: "throttle" } });
  const [user] = users;
  if (user === undefined) throw new Error("there is no user");
  const began = clock.now();
  const error = await failureOf(clock.settle(mount.revoke(user)));
  expect(error).toBeInstanceOf(RateLimitedError);
  expect(error.message).toStartWith("AdminDeleteUser failed: Cognito throttles this account");
  expect(clock.now() - began).toBeWithin(50_000, 75_001);
});

test("requests that only waited are told the same, and were not sent", async () => {
  const { world, users } = await withUsers(60);
  await using _ = world;
  const { mount, clock, emulator } = world;
  emulator.faults.add({ match: { action: "AdminDeleteUser", times: always }, fault: { kind: "throttle" } });
  const began = clock.now();
  const errors = await clock.settle(Promise.all(users.map((user) => failureOf(mount.revoke(user)))));
  expect(errors.every((error) => error instanceof RateLimitedError)).toBe(true);
  expect(clock.now() - began).toBeLessThanOrEqual(76_000);
  const late = emulator.calls.filter(({ time }) => time >= began + 15_000);
  expect(late.length).toBeLessThan(70);
  emulator.faults.clear();
  await clock.settle(Promise.all(users.map((user) => mount.revoke(user))));
  expect(world.userPool.usernames()).toEqual([]);
});

test("machine tokens are asked for at the pace that the token endpoint accepts", async () => {
  const world = await mountedCognito();
  await using _ = world;
  const { mount, clock, emulator } = world;
  await mount.write("roles/machine", world.machineRole);
  emulator.quotas.set("ClientAuthentication", 150);
  const began = clock.now();
  await clock.settle(Promise.all(Array.from({ length: 400 }, () => mount.read("creds/machine"))));
  const seconds = (clock.now() - began) / 1000;
  expect(seconds).toBeLessThan(5);
  expect(emulator.calls.length).toBeLessThan(900);
});

test("an endpoint that throttles slows only the mounts that go there, whatever key or account they claim to use", async () => {
  const { world, users } = await withUsers(20);
  await using _ = world;
  const { clock, emulator, mount, config, userRole } = world;
  const requestLimits = new RequestLimits(clock);
  const factory = cognito({ fetch, random: randomBytes, requestLimits, ambientRegion: async () => undefined });
  const victim = await TestMount.open(factory, { clock, storage: mount.storage });
  const elsewhere = `${emulator.url}/`;
  const hostile = await TestMount.open(factory, { clock });
  await hostile.write("config", { ...config, cognito_endpoint: elsewhere, max_retries: 0 });
  await hostile.write("roles/app", userRole);
  const throttling = emulator.faults.add({ match: { times: always }, fault: { kind: "throttle" } });
  await expect(hostile.read("creds/app")).rejects.toThrow(RateLimitedError);
  throttling.remove();

  const began = clock.now();
  await clock.settle(Promise.all([victim.read("creds/app"), ...users.map((user) => victim.revoke(user))]));
  expect(clock.now() - began).toBe(0);
});

test("a limit is forgotten when nobody asked for it for ten minutes, and not before", () => {
  const clock = new ManualClock();
  const limits = new RequestLimits(clock);
  const limitOf = (account: string) => limits.of(account, "eu-west-1", clientAuthentication);
  const [used, unused] = [limitOf("used"), limitOf("unused")];
  clock.advance({ minutes: 6 });
  expect(limitOf("used")).toBe(used);
  clock.advance({ minutes: 6 });
  limitOf("new");
  expect(limitOf("used")).toBe(used);
  expect(limitOf("unused")).not.toBe(unused);
});
