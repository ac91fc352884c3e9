import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { ToyServer } from "./testing/toy-server.ts";

setDefaultTimeout(30_000);

let toys: ToyServer;
beforeAll(async () => {
  toys = await ToyServer.start();
  await toys.mount("toy");
});
afterAll(() => toys[Symbol.asyncDispose]());

const issue = async (name: string): Promise<string> => (await toys.call("GET", `toy/creds/${name}`)).body.lease_id;
const lives = async (name: string): Promise<boolean> => (await toys.call("GET", `toy/kv/${name}`)).status === 200;
const renew = (lease_id: string, increment?: number | string) =>
  toys.call("PUT", "sys/leases/renew", { lease_id, increment });
const secondsLeft = async (lease_id: string) =>
  (await toys.call("PUT", "sys/leases/lookup", { lease_id })).body.data.ttl;

describe("a lease", () => {
  test("ends when its time is over, and the engine undoes what it issued", async () => {
    const id = await issue("brief");
    expect(id).toStartWith("toy/creds/brief/");
    expect(await secondsLeft(id)).toBe(60);
    toys.clock.advance(59);
    expect(await secondsLeft(id)).toBe(1);
    expect(await lives("brief")).toBe(true);
    toys.clock.advance(1);
    await toys.eventually("the word is gone", async () => !(await lives("brief")));
    expect(await toys.call("PUT", "sys/leases/lookup", { lease_id: id })).toEqual({
      status: 400,
      body: { errors: ["invalid lease"] },
    });
    expect((await renew(id)).body).toEqual({ errors: ["lease not found"] });
  });

  test("lives on when it is renewed, but not past its longest time", async () => {
    const id = await issue("renewed");
    toys.clock.advance(50);
    expect((await renew(id)).body).toMatchObject({ lease_id: id, lease_duration: 60, renewable: true, warnings: null });
    toys.clock.advance(50);
    expect((await renew(id, "20s")).body.lease_duration).toBe(20);
    expect((await renew(id, "1h")).body).toMatchObject({
      lease_duration: 200,
      warnings: ['TTL of "1h" exceeded the effective max_ttl of "3m20s"; TTL value is capped accordingly'],
    });
    toys.clock.advance(199);
    expect(await lives("renewed")).toBe(true);
    expect((await renew(id)).body.lease_duration).toBe(1);
    toys.clock.advance(1);
    await toys.eventually("the word is gone", async () => !(await lives("renewed")));
  });

  test("is held to its mount's longest time, and told so", async () => {
    await toys.call("POST", "sys/mounts/toy/tune", { max_lease_ttl: "30s", default_lease_ttl: "10s" });
    const { body } = await toys.call("GET", "toy/creds/tuned");
    expect(body.lease_duration).toBe(30);
    expect(body.warnings).toEqual([
      'TTL of "1m" exceeded the effective max_ttl of "30s"; TTL value is capped accordingly',
    ]);
    await toys.call("POST", "sys/mounts/toy/tune", { max_lease_ttl: "system", default_lease_ttl: "system" });
    await toys.call("PUT", "sys/leases/revoke", { lease_id: body.lease_id, sync: true });
  });

  test.each([
    [{ lease_id: "no/such" }, "lease not found"],
    [{}, "lease_id must be specified"],
    [{ lease_id: 5 }, "lease_id must be text"],
    [{ lease_id: "x", increment: "soon" }, 'increment must be a number of seconds or a duration such as "1h"'],
    [{ lease_id: "x", increment: -1 }, 'increment must be a number of seconds or a duration such as "1h"'],
  ])("cannot be renewed by %j", async (body, sentence) => {
    expect(await toys.call("PUT", "sys/leases/renew", body)).toEqual({ status: 400, body: { errors: [sentence] } });
  });
});

describe("leases", () => {
  test("are listed in folders, as their ids are", async () => {
    const id = await issue("listed");
    const keys = async (path: string) => (await toys.call("LIST", `sys/leases/lookup/${path}`)).body.data.keys;
    expect(await keys("")).toEqual(["toy/"]);
    expect(await keys("toy/creds")).toContain("listed/");
    expect(await keys("toy/creds/listed/")).toEqual([id.split("/").at(-1)]);
    expect(await toys.call("LIST", "sys/leases/lookup/nothing")).toEqual({ status: 404, body: { errors: [] } });
  });

  test("are revoked together, by their prefix", async () => {
    await Promise.all(Array.from({ length: 120 }, (_, index) => issue(`many-${index}`)));
    await issue("other");
    expect((await toys.call("PUT", "sys/leases/revoke-prefix/toy/creds/many", { sync: true })).status).toBe(204);
    const { body } = await toys.call("LIST", "toy/kv");
    expect(body.data.keys.filter((key: string) => key.startsWith("many"))).toEqual([]);
    expect(await lives("other")).toBe(true);
  });
});

describe("a revocation that fails", () => {
  const stick = (word: string) => toys.call("PUT", "toy/kv/stuck", { word });
  const unstick = () => toys.call("DELETE", "toy/kv/stuck");
  const irrevocable = async () => (await toys.call("GET", "sys/leases?type=irrevocable")).body.data.lease_count;
  beforeEach(unstick);

  test("is reported to who waits for it, and keeps the lease", async () => {
    const id = await issue("kept");
    await stick("now");
    expect(await toys.call("PUT", "sys/leases/revoke", { lease_id: id, sync: true })).toEqual({
      status: 400,
      body: { errors: [`failed to revoke "${id}": the toy is stuck`] },
    });
    await unstick();
    expect((await toys.call("PUT", "sys/leases/revoke", { lease_id: id, sync: true })).status).toBe(204);
    expect(await lives("kept")).toBe(false);
    expect((await toys.call("PUT", "sys/leases/revoke", { lease_id: id, sync: true })).status).toBe(204);
  });

  test("is tried again, later and later, until it works", async () => {
    await issue("retried");
    await stick("now");
    toys.clock.advance(60);
    const failed = () =>
      toys.log.filter((line) => line.includes("another try follows") && line.includes("retried")).length;
    await toys.eventually("the first try failed", () => failed() === 1);
    // The second try comes 10 to 30 seconds after the first: twice ten, give or take half.
    toys.clock.advance(9);
    expect(failed()).toBe(1);
    await unstick();
    toys.clock.advance(21);
    await toys.eventually("the word is gone", async () => !(await lives("retried")));
  });

  test("is given up after six tries; a person can still revoke the lease, or make the server forget it", async () => {
    const [one, other] = [await issue("given-up"), await issue("forgotten")];
    await stick("now");
    toys.clock.advance(60);
    for (let tries = 1; tries <= 6; tries += 1) {
      await toys.eventually(`try ${tries} failed`, () => {
        return (
          toys.log.filter((line) => line.includes(`"attempt":${tries},`) && line.includes("given-up")).length === 1
        );
      });
      toys.clock.advance(10 * 2 ** tries * 1.5);
    }
    await toys.eventually("both are irrevocable", async () => (await irrevocable()) === 2);
    await unstick();
    toys.clock.advance(24 * 3600);
    expect(await lives("given-up")).toBe(true);
    expect((await toys.call("PUT", "sys/leases/revoke", { lease_id: one, sync: true })).status).toBe(204);
    expect(await lives("given-up")).toBe(false);
    await stick("now");
    expect((await toys.call("PUT", `sys/leases/revoke-force/${other}`)).status).toBe(204);
    expect(await lives("forgotten")).toBe(true);
    expect(await irrevocable()).toBe(0);
  });

  test("is given up at once where the engine says that no try can help", async () => {
    const id = await issue("hopeless");
    await stick("for ever");
    expect((await toys.call("PUT", "sys/leases/revoke", { lease_id: id })).status).toBe(204);
    expect(await irrevocable()).toBe(1);
    await toys.call("PUT", `sys/leases/revoke-force/${id}`);
  });

  test("keeps a mount from being disabled until it is settled", async () => {
    await toys.mount("kept-mount");
    await toys.call("GET", "kept-mount/creds/one");
    await toys.call("PUT", "kept-mount/kv/stuck", { word: "now" });
    const refused = await toys.call("DELETE", "sys/mounts/kept-mount");
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0]).toContain("the toy is stuck");
    expect((await toys.call("GET", "kept-mount/kv/one")).body.errors[0]).toContain("route entry is tainted");
    await toys.call("PUT", "sys/leases/revoke-force/kept-mount/");
    await toys.call("PUT", "sys/leases/revoke-force/kept-mount");
    expect((await toys.call("DELETE", "sys/mounts/kept-mount")).status).toBe(204);
    expect((await toys.call("GET", "kept-mount/kv/one")).status).toBe(404);
  });
});
