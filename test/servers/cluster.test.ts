import { afterAll, beforeAll, expect, test } from "bun:test";
import { eventually } from "../stories/cognito-world.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { describeOnRealKinds } from "./every-server.ts";

describeOnRealKinds("a cluster of three nodes", (kind) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster(kind);
  }, 120_000);
  afterAll(() => cluster?.stop());

  test("has one leader and two standbys, and any of them takes a write", async () => {
    expect(await cluster.leader()).toBe(cluster.nodes[0] as (typeof cluster.nodes)[number]);
    expect(await cluster.standbys()).toHaveLength(2);
    await (await cluster.leader()).enable("kv", "kv", { options: { version: "1" } });
    for (const [index, node] of cluster.nodes.entries()) {
      const write = () => node.http("PUT", `kv/from-${index}`, { word: index });
      await eventually("the node knows the mount, and takes the write", async () => (await write()).status === 204);
    }
    for (const node of cluster.nodes) {
      const keys = async () => (await node.http<{ data?: { keys: string[] } }>("LIST", "kv/")).body.data?.keys;
      await eventually("the node has all three", async () => (await keys())?.length === 3);
    }
  });

  test("has another leader when one steps down", async () => {
    const former = await cluster.leader();
    const leader = await cluster.stepDown();
    expect(leader).not.toBe(former);
    expect(await leader.http("GET", "kv/from-1")).toMatchObject({ status: 200 });
  });

  test("outlives a leader's crash, and takes it back", async () => {
    const former = await cluster.leader();
    const leader = await cluster.killLeader();
    expect(await leader.http("PUT", "kv/later", { word: "hello" })).toMatchObject({ status: 204 });
    expect(await cluster.standbys()).toHaveLength(1);
    await former.restart();
    expect(await cluster.standbys()).toContain(former);
    await eventually("the node answers", async () => (await former.http("GET", "kv/later")).status === 200);
  });
});
