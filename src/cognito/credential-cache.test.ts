import { expect, test } from "bun:test";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { CachedCredentials, type Credentials } from "./credential-cache.ts";

/** A source that numbers what it gives and can be made to wait or fail. */
function source({ life = 3600 }: { readonly life?: number | undefined } = {}) {
  const clock = new ManualClock();
  const state = { loads: 0, failure: undefined as Error | undefined, wait: Promise.resolve() };
  const load = async (): Promise<Credentials> => {
    state.loads += 1;
    const accessKeyId = `key-${state.loads}`;
    await state.wait;
    if (state.failure) throw state.failure;
    const keys = { accessKeyId, secretAccessKey: "secret" };
    return life === Number.POSITIVE_INFINITY ? keys : { ...keys, expiration: new Date(clock.now() + life * 1000) };
  };
  const cache = new CachedCredentials(load, clock);
  const key = async () => (await cache.get()).accessKeyId;
  return { clock, state, cache, key };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

test("many callers share one load, and the credentials last for an hour's requests", async () => {
  const { clock, state, key } = source();
  expect(new Set(await Promise.all(Array.from({ length: 100 }, key)))).toEqual(new Set(["key-1"]));
  clock.advance({ minutes: 54 });
  expect(await key()).toBe("key-1");
  expect(state.loads).toBe(1);
});

test("shortly before the end a successor is loaded while nobody waits for it", async () => {
  const { clock, state, key } = source();
  await key();
  clock.advance({ minutes: 56 });
  expect(await key()).toBe("key-1");
  await turn();
  expect(await key()).toBe("key-2");
  expect(state.loads).toBe(2);
});

test("in the last minute callers wait for the successor: an expired key helps nobody", async () => {
  const { clock, key } = source();
  await key();
  clock.advance({ minutes: 59, seconds: 1 });
  expect(await key()).toBe("key-2");
});

test("a successor that cannot be had yet hurts nobody, and is asked for once a second at most", async () => {
  const { clock, state, key } = source();
  await key();
  clock.advance({ minutes: 56 });
  state.failure = new Error("STS is away");
  for (let reads = 0; reads < 50; reads += 1) {
    expect(await key()).toBe("key-1");
    await turn();
  }
  expect(state.loads).toBe(2);
  clock.advance({ seconds: 1 });
  state.failure = undefined;
  await key();
  await turn();
  expect(await key()).toBe("key-3");
});

test("a failure reaches all who waited, and the next caller tries again", async () => {
  const { state, key } = source();
  state.failure = new Error("STS is away");
  const results = await Promise.allSettled([key(), key(), key()]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(state.loads).toBe(1);
  state.failure = undefined;
  expect(await key()).toBe("key-2");
});

test("refused credentials are replaced once, however many requests met the refusal", async () => {
  const { cache, state, key } = source({ life: Number.POSITIVE_INFINITY });
  const refused = await cache.get();
  for (let requests = 0; requests < 10; requests += 1) {
    cache.discard(refused);
    expect(await key()).toBe("key-2");
  }
  expect(state.loads).toBe(2);
});

test("credentials with a short life are used for most of it", async () => {
  const { clock, state, key } = source({ life: 900 });
  await key();
  clock.advance({ minutes: 11 });
  await key();
  await turn();
  expect(state.loads).toBe(1);
});
