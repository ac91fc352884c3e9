import { describe, expect, test } from "bun:test";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { startBudget } from "./request-budget.ts";
import { RequestLimit } from "./request-limit.ts";
import { RequestLimits } from "./request-limits.ts";
import type { Place } from "./request-queue.ts";

const ann = { name: "ann" };
const bob = { name: "bob" };

/** A limit of 25 calls per second by default, and AWS behind it. */
function setUp() {
  const clock = new ManualClock();
  const limit = new RequestLimit(clock, 25);
  const order: string[] = [];
  const admitted = (name: string, place: Partial<Place> = {}, milliseconds = 75_000, signal?: AbortSignal) => {
    const outcome = limit.admit({ owner: ann, urgent: false, ...place }, startBudget(clock, milliseconds, signal));
    return Promise.resolve(outcome).then((mayGo) => {
      order.push(mayGo ? name : `not ${name}`);
      return mayGo;
    });
  };
  const throttle = () => limit.note("throttled", clock.now());
  return { clock, limit, order, admitted, throttle };
}

/** Lets `seconds` pass in small steps, with all that happens in them. */
async function pass(clock: ManualClock, seconds: number): Promise<void> {
  for (let step = 0; step < seconds * 100; step += 1) {
    clock.advance({ milliseconds: 10 });
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  }
}

test("as long as AWS throttles nothing every call goes at once, however many come", () => {
  const { clock, limit } = setUp();
  for (let call = 0; call < 10_000; call += 1) {
    expect(limit.admit({ owner: ann, urgent: false }, startBudget(clock, 75_000))).toBe(true);
    limit.note("accepted", clock.now());
  }
});

test("once AWS throttles, calls go at the pace that every account is granted", async () => {
  const { clock, admitted, order, throttle } = setUp();
  throttle();
  for (let call = 0; call < 200; call += 1) void admitted(`call ${call}`);
  await pass(clock, 4);
  expect(order.length).toBeWithin(98, 103);
});

test("an account that was granted more is not held to what others get", async () => {
  const { clock, limit, admitted, order, throttle } = setUp();
  for (let call = 0; call < 200; call += 1) limit.note("accepted", clock.now());
  throttle();
  for (let call = 0; call < 1000; call += 1) void admitted(`call ${call}`);
  await pass(clock, 2);
  expect(order.length).toBeWithin(395, 405);
});

test("the pace falls once for all the calls that were under way, and again when the new pace is too much", async () => {
  const { clock, limit, admitted, order, throttle } = setUp();
  const early = clock.now();
  throttle();
  await pass(clock, 2);
  for (let call = 0; call < 50; call += 1) limit.note("throttled", early);
  for (let call = 0; call < 500; call += 1) void admitted(`call ${call}`);
  await pass(clock, 2);
  // The second that passed before filled the bucket.
  expect(order.length).toBeWithin(73, 77);
  throttle();
  order.length = 0;
  await pass(clock, 4);
  expect(order.length).toBeWithin(68, 72);
});

test("the pace rises while calls wait and AWS takes them", async () => {
  const { clock, limit, admitted, order, throttle } = setUp();
  throttle();
  for (let call = 0; call < 2000; call += 1) {
    void admitted("call").then(() => limit.note("accepted", clock.now()));
  }
  await pass(clock, 20);
  order.length = 0;
  await pass(clock, 1);
  expect(order.length).toBeWithin(48, 54);
});

test("some calls go even where AWS throttles all", async () => {
  const { clock, limit, admitted, order, throttle } = setUp();
  throttle();
  for (let call = 0; call < 300; call += 1) {
    const sent = admitted("call", {}, 1_000_000);
    void sent.then(() => limit.note("throttled", clock.now()));
  }
  await pass(clock, 30);
  order.length = 0;
  await pass(clock, 10);
  expect(order.length).toBeWithin(9, 12);
});

test("after a quiet minute there is no limit any more", async () => {
  const { clock, limit, throttle } = setUp();
  throttle();
  expect(limit.isIdle).toBe(false);
  await pass(clock, 60);
  expect(limit.isIdle).toBe(true);
  for (let call = 0; call < 200; call += 1) {
    expect(limit.admit({ owner: ann, urgent: false }, startBudget(clock, 75_000))).toBe(true);
  }
});

describe("who waits", () => {
  test("takes turns with other mounts, however many of one wait", async () => {
    const { clock, admitted, order, throttle } = setUp();
    throttle();
    for (let call = 0; call < 100; call += 1) void admitted("ann's");
    for (let call = 0; call < 3; call += 1) void admitted("bob's", { owner: bob });
    await pass(clock, 0.3);
    expect(order.slice(0, 6).sort()).toEqual(["ann's", "ann's", "ann's", "bob's", "bob's", "bob's"]);
  });

  test("lets revocations go first, and is not forgotten over them", async () => {
    const { clock, admitted, order, throttle } = setUp();
    throttle();
    for (let call = 0; call < 100; call += 1) void admitted("issue");
    for (let call = 0; call < 100; call += 1) void admitted("revoke", { urgent: true });
    await pass(clock, 1);
    expect(order.filter((name) => name === "revoke").length).toBeWithin(19, 22);
    expect(order.filter((name) => name === "issue")).toHaveLength(5);
  });

  test("keeps the order of its mount", async () => {
    const { clock, admitted, order, throttle } = setUp();
    throttle();
    const names = Array.from({ length: 10 }, (_, call) => `call ${call}`);
    for (const name of names) void admitted(name);
    await pass(clock, 1);
    expect(order).toEqual(names);
  });

  test("stops waiting when its caller goes, and takes nobody's turn", async () => {
    const { clock, admitted, order, throttle } = setUp();
    throttle();
    const caller = new AbortController();
    void admitted("gone", {}, 75_000, caller.signal);
    void admitted("here");
    caller.abort();
    await pass(clock, 0.05);
    expect(order).toEqual(["not gone", "here"]);
  });

  test("is refused in time when its turn would come too late for the call itself", async () => {
    const { clock, admitted, order, throttle } = setUp();
    throttle();
    expect(await admitted("late", {}, 4_000)).toBe(false);
    order.length = 0;
    for (let call = 0; call < 300; call += 1) void admitted("call", {}, 12_000);
    await pass(clock, 8);
    expect(order.filter((name) => name === "call").length).toBeWithin(172, 180);
    expect(order.filter((name) => name === "not call").length).toBeGreaterThan(120);
    expect(order).toHaveLength(300);
  });
});

test("limits are shared by account, region and category, and by nothing else", () => {
  const limits = new RequestLimits(new ManualClock());
  const quota = { category: "UserUpdate", perSecond: 25 };
  const limit = limits.of("111122223333", "eu-west-1", quota);
  expect(limits.of("111122223333", "eu-west-1", quota)).toBe(limit);
  expect(limits.of("444455556666", "eu-west-1", quota)).not.toBe(limit);
  expect(limits.of("111122223333", "eu-west-2", quota)).not.toBe(limit);
  expect(limits.of("111122223333", "eu-west-1", { ...quota, category: "UserCreation" })).not.toBe(limit);
});

test("limits of keys that are used no more are forgotten", () => {
  const clock = new ManualClock();
  const limits = new RequestLimits(clock);
  const quota = { category: "UserUpdate", perSecond: 25 };
  const old = limits.of("an old session", "eu-west-1", quota);
  clock.advance({ minutes: 11 });
  limits.of("a new session", "eu-west-1", quota);
  expect(limits.of("an old session", "eu-west-1", quota)).not.toBe(old);
});
