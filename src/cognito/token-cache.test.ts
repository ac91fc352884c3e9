import { describe, expect, test } from "bun:test";
import { UserError } from "../framework/index.ts";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";
import { TokenCache } from "./token-cache.ts";
import type { AccessToken } from "./token-endpoint.ts";

const always = Number.POSITIVE_INFINITY;

async function sharing(settings: Record<string, unknown> = {}) {
  const world = await mountedCognito();
  const role = { ...world.machineRole, cache_tokens: true, ...(settings as object) };
  await world.mount.write("roles/machine", role);
  const read = async (parameters = {}) => world.mount.read("creds/machine", parameters);
  const requests = () => world.emulator.calls.filter(({ action }) => action === "Token").length;
  return { world, role, read, requests };
}

describe("callers of a role with cache_tokens", () => {
  test("share one token until three quarters of its life are over", async () => {
    const { world, read, requests } = await sharing();
    await using _ = world;
    const first = await read();
    world.clock.advance({ seconds: 2600 });
    const later = await read();
    expect(later.data).toMatchObject({ access_token: first.data.access_token as string, expires_in: 1000 });
    world.clock.advance({ seconds: 100 });
    const fresh = await read();
    expect(fresh.data.access_token).not.toBe(first.data.access_token as string);
    expect(fresh.data.expires_in).toBe(3600);
    expect(requests()).toBe(2);
  });

  test("cause one request, however many ask at once", async () => {
    const { world, read, requests } = await sharing();
    await using _ = world;
    const answers: unknown[] = [];
    const client = async () => {
      for (let i = 0; i < 20; i++) answers.push((await read()).data.access_token);
    };
    await Promise.all(Array.from({ length: 50 }, client));
    expect(answers).toHaveLength(1000);
    expect(new Set(answers).size).toBe(1);
    expect(requests()).toBe(1);
  });

  test("get their token even when the one who asked first has gone", async () => {
    const { world, read, requests } = await sharing();
    await using _ = world;
    const slow = world.emulator.faults.add({ match: { action: "Token" }, fault: { kind: "delay", milliseconds: 50 } });
    const first = new AbortController();
    const gone = world.mount.read("creds/machine", {}, { signal: first.signal });
    const others = [read(), read()];
    await slow.met();
    first.abort();
    await expect(gone).rejects.toThrow();
    for (const { data } of await Promise.all(others)) expect(data.access_token).toStartWith("eyJ");
    expect(requests()).toBe(1);
  });

  test("see through one answer of 500", async () => {
    const { world, read, requests } = await sharing();
    await using _ = world;
    world.emulator.faults.add({ match: { action: "Token", times: 1 }, fault: { kind: "html", status: 500 } });
    const answers = await world.clock.settle(Promise.all(Array.from({ length: 50 }, () => read())));
    expect(new Set(answers.map(({ data }) => data.access_token)).size).toBe(1);
    expect(requests()).toBe(2);
  });

  test("share a failure for a second, and no longer", async () => {
    const { world, role, read, requests } = await sharing();
    await using _ = world;
    const { mount, clock, emulator } = world;
    const refusing = emulator.faults.add({
      match: { action: "Token", times: always },
      fault: { kind: "error", type: "invalid_client", status: 400 },
    });
    for (let i = 0; i < 5; i++) await expect(read()).rejects.toThrow("token request failed");
    expect(requests()).toBe(1);
    clock.advance({ seconds: 1 });
    await expect(read()).rejects.toThrow("token request failed");
    expect(requests()).toBe(2);
    refusing.remove();
    await mount.write("roles/machine", role);
    expect((await read()).data.access_token).toStartWith("eyJ");
  });

  test("get a new token when the role or the config was written, or deleted and written again", async () => {
    const { world, role, read } = await sharing();
    await using _ = world;
    const { mount, config } = world;
    const changes = [
      () => mount.write("roles/machine", {}),
      () => mount.delete("roles/machine").then(() => mount.write("roles/machine", role)),
      () => mount.write("config", config),
      () => mount.invalidate("roles/machine"),
      () => mount.invalidate("config"),
      () => mount.reload(),
    ];
    let last = (await read()).data.access_token;
    for (const change of changes) {
      await change();
      const { data } = await read();
      expect(data.access_token).not.toBe(last as string);
      last = data.access_token;
    }
  });

  test("never get a token with a scope that the role lost while it was on its way", async () => {
    const { world, read } = await sharing({ scopes: "api/read,api/write" });
    await using _ = world;
    const slow = world.emulator.faults.add({ match: { action: "Token" }, fault: { kind: "delay", milliseconds: 50 } });
    const before = read();
    await slow.met();
    await world.mount.write("roles/machine", { scopes: "api/read" });
    const after = await read();
    expect(after.data.access_token).not.toBe((await before).data.access_token as string);
    expect((await read()).data.access_token).toBe(after.data.access_token as string);
  });

  test("share by scope, in whatever order they name them", async () => {
    const { world, read, requests } = await sharing();
    await using _ = world;
    const one = await read({ scopes: "api/write,api/read" });
    const same = await read({ scopes: ["api/read", "api/write"] });
    const other = await read({ scopes: "api/read" });
    expect(same.data.access_token).toBe(one.data.access_token as string);
    expect(other.data.access_token).not.toBe(one.data.access_token as string);
    expect(requests()).toBe(2);
  });

  test("may ask for a life, up to half of a token's", async () => {
    const { world, read, requests } = await sharing({ minimum_seconds: 1200 });
    await using _ = world;
    await read();
    world.clock.advance({ seconds: 2300 });
    await read();
    expect(requests()).toBe(1);
    world.clock.advance({ seconds: 101 });
    expect((await read()).data.expires_in).toBe(3600);
    expect(requests()).toBe(2);
    world.clock.advance({ seconds: 1801 });
    const asked = await read({ minimum_seconds: 3000 });
    expect(asked.data.expires_in).toBe(3600);
    expect(asked.warnings.join()).toContain("minimum_seconds was taken as 1800");
    expect(requests()).toBe(3);
    world.clock.advance({ seconds: 600 });
    await read({ minimum_seconds: 3000 });
    expect(requests()).toBe(3);
  });

  test("get a new token when the clock was set back, as nobody knows any more how old the shared one is", async () => {
    const { world, read, requests } = await sharing();
    await using _ = world;
    await read();
    world.clock.leap({ hours: -5 });
    expect((await read()).data.expires_in).toBe(3600);
    expect(requests()).toBe(2);
  });

  test("are not told of a former failure for as long as the clock was set back", async () => {
    const { world, read } = await sharing();
    await using _ = world;
    world.emulator.faults.add({
      match: { action: "Token" },
      fault: { kind: "error", type: "invalid_client", status: 400 },
    });
    await expect(read()).rejects.toThrow("token request failed");
    world.clock.leap({ hours: -5 });
    expect((await read()).data.access_token).toStartWith("eyJ");
  });

  test("who make up scopes fill no memory, and push no good token out", async () => {
    const clock = new ManualClock();
    const cache = new TokenCache(clock);
    const about = {
      domain: "pool.example.com",
      clientId: "machine",
      clientSecret: "s",
      authStyle: "in_header",
    } as const;
    let obtained = 0;
    const token = async () => {
      obtained += 1;
      return { accessToken: `token ${obtained}`, tokenType: "Bearer", expiresIn: 3600 };
    };
    const good = () => cache.get("machine", { ...about, scopes: ["api/read"] }, 0, token);
    const { token: shared } = await good();

    const refusals: WeakRef<Error>[] = [];
    for (let made = 0; made < 3000; made += 1) {
      const refuse = async () => {
        const error = new UserError("token request failed: invalid_scope");
        refusals.push(new WeakRef(error));
        throw error;
      };
      await cache.get("machine", { ...about, scopes: [`made-up/${made}`] }, 0, refuse).catch(() => undefined);
    }
    Bun.gc(true);
    expect(refusals.filter((refusal) => refusal.deref() !== undefined).length).toBeLessThan(1100);
    expect((await good()).token).toBe(shared);
  });

  test("leave no token in storage", async () => {
    const { world, read } = await sharing();
    await using _ = world;
    const { data } = await read();
    expect(JSON.stringify(world.mount.storage.contents())).not.toContain(String(data.access_token));
    world.assertNothingLeaked();
  });
});

test("without cache_tokens every read is a token of its own, and a short one is handed out with a warning", async () => {
  const { world, read, requests } = await sharing({ cache_tokens: false });
  await using _ = world;
  await read();
  const { warnings } = await read({ minimum_seconds: 7200 });
  expect(warnings.join()).toContain("the token lives 3600 seconds, less than the 7200 of minimum_seconds");
  expect(requests()).toBe(2);
});

test("with token_lease a token comes under a lease as long as itself, which ends without harm", async () => {
  const { world, read } = await sharing({ token_lease: true });
  await using _ = world;
  await read();
  world.clock.advance({ seconds: 600 });
  const leased = await read();
  expect(leased.lease).toMatchObject({
    internal: { role: "machine", secret_type: "token" },
    lease: { ttl: 3000, maxTtl: 3000, renewable: false },
  });
  await world.mount.revoke(leased);
  expect((await read()).data.access_token).toBe(leased.data.access_token as string);
});

test("a token that the clock says is over when it comes is leased for a second, not for as long as the mount allows", async () => {
  const { world, read } = await sharing({ token_lease: true });
  await using _ = world;
  const slow = world.emulator.faults.add({ match: { action: "Token" }, fault: { kind: "hang", takesEffect: true } });
  const leased = read();
  await slow.met();
  // Callers' time limits go by timers, which a leap of the clock does not move.
  world.clock.leap({ hours: 2 });
  slow.remove();
  expect((await leased).lease).toMatchObject({ lease: { ttl: 1, maxTtl: 1 } });
});

test("a caller asks for some of the role's scopes, or for any when it names none", async () => {
  const { world, read } = await sharing({ scopes: "api/read", cache_tokens: false });
  await using _ = world;
  await read({ scopes: "api/read" });
  await expect(read({ scopes: "api/write" })).rejects.toThrow(
    "scopes of this role are api/read; it does not give api/write",
  );
  await world.mount.write("roles/machine", { scopes: "" });
  await read({ scopes: "api/write" });
  await expect(read({ scopes: "api/none" })).rejects.toThrow("invalid_scope");
});

test("a token that was asked for before its role was forgotten is not handed out after", async () => {
  const cache = new TokenCache(new ManualClock());
  const request = { domain: "d", clientId: "c", clientSecret: "s", scopes: [], authStyle: "in_header" } as const;
  const [before, after] = [Promise.withResolvers<AccessToken>(), Promise.withResolvers<AccessToken>()];
  const token = (accessToken: string) => ({ accessToken, tokenType: "Bearer", expiresIn: 3600 });
  const first = cache.get("machine", request, 10, () => before.promise);
  cache.forgetRole("machine");
  const second = cache.get("machine", request, 10, () => after.promise);
  before.resolve(token("before"));
  expect((await first).token.accessToken).toBe("before");
  const third = cache.get("machine", request, 10, () => after.promise);
  after.resolve(token("after"));
  expect((await second).token.accessToken).toBe("after");
  expect((await third).token.accessToken).toBe("after");
});
