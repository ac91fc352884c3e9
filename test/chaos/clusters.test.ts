import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type Cluster, startCluster } from "../servers/cluster.ts";
import { describeOnRealKinds } from "../servers/every-server.ts";
import type { RealServer } from "../servers/real-server.ts";
import {
  type CognitoWorld,
  type Credentials,
  cognitoWorld,
  eventually,
  executable,
  mountCognito,
  read,
  write,
} from "../stories/cognito-world.ts";
import { connectionsTo } from "./connections.ts";

const isLinux = process.platform === "linux";

describeOnRealKinds("an engine on three nodes", (kind) => {
  let cluster: Cluster;
  let world: CognitoWorld;
  const usernames = () => world.userPool.usernames();
  // OpenBao's standbys try leases themselves, of whatever engine, and fail.
  const forLeases = async (node: RealServer) => (kind === "openbao" ? await cluster.leader() : node);
  const renew = async (node: RealServer, { lease_id }: Credentials) =>
    (await forLeases(node)).http("PUT", "sys/leases/renew", { lease_id });
  const revoke = async (node: RealServer, { lease_id }: Credentials) =>
    (await forLeases(node)).http("PUT", "sys/leases/revoke", { lease_id, sync: true });
  const everyNode = (look: (node: RealServer) => Promise<unknown>) => Promise.all(cluster.nodes.map(look));

  beforeAll(async () => {
    [cluster, world] = await Promise.all([startCluster(kind), cognitoWorld()]);
    for (const node of cluster.nodes) await node.placePlugin(executable, "cognito");
    await (await cluster.leader()).registerPlugin({ name: "cognito", file: executable, command: "cognito" });
    // On a busy machine another node may lead by then, whose catalogue is a moment behind.
    for (const node of cluster.nodes) {
      const isThere = async () => (await node.http("GET", "sys/plugins/catalog/secret/cognito")).status === 200;
      await eventually("the plugin is in the catalogue", isThere);
    }
    await mountCognito(await cluster.leader(), world);
    for (const node of cluster.nodes) {
      await eventually("the mount is there", async () => (await node.http("GET", "cognito/roles/app")).status === 200);
    }
  }, 120_000);
  afterAll(async () => {
    await Promise.all([cluster?.stop(), world?.emulator.close()]);
  });

  test("issues, renews and revokes through every node, and only the leader calls AWS", async () => {
    for (const node of cluster.nodes) {
      const user = await read(node, "cognito/creds/app");
      expect((await read(node, "cognito/creds/machine")).data.access_token).toStartWith("eyJ");
      expect(await renew(node, user)).toMatchObject({ status: 200 });
      expect(usernames()).toEqual([user.data.username as string]);
      expect(await revoke(node, user)).toMatchObject({ status: 204 });
      expect(usernames()).toEqual([]);
    }
    if (!isLinux) return;
    const held = (node: RealServer) =>
      node.pluginPids().reduce((sum, pid) => sum + connectionsTo(world.emulator.port, pid), 0);
    expect(held(await cluster.leader())).toBeGreaterThan(0);
    for (const standby of await cluster.standbys()) expect(held(standby)).toBe(0);
  });

  if (kind === "openbao") {
    test("deletes no user on a standby that is asked to revoke and cannot", async () => {
      const [standby] = (await cluster.standbys()) as [RealServer];
      const user = await read(await cluster.leader(), "cognito/creds/app");
      const { lease_id } = user;
      const looksUp = async () => (await standby.http("PUT", "sys/leases/lookup", { lease_id })).status === 200;
      await eventually("the standby has heard of the lease", looksUp);
      for (const act of ["renew", "revoke"]) {
        const { status, body } = await standby.http<{ errors: string[] }>("PUT", `sys/leases/${act}`, {
          lease_id,
          sync: true,
        });
        // From 2.6.2 on standbys send these requests on to the leader.
        if (status < 300) {
          expect(usernames()).toEqual(act === "renew" ? [user.data.username as string] : []);
          continue;
        }
        expect(status).toBe(500);
        expect(body.errors.join()).toContain("storage is read-only");
        expect(usernames()).toEqual([user.data.username as string]);
      }
      expect(await revoke(standby, user)).toMatchObject({ status: 204 });
      expect(usernames()).toEqual([]);
    });
  }

  test("sees a changed role and a changed config on every node", async () => {
    const [, standby] = cluster.nodes;
    await write(standby as RealServer, "cognito/roles/app", { ttl: "30m" });
    await write(standby as RealServer, "cognito/config", { request_timeout: 17 });
    await everyNode((node) =>
      eventually("the node has both", async () => {
        const { ttl } = (await read(node, "cognito/roles/app")).data as Record<string, unknown>;
        const config = (await read(node, "cognito/config")).data as Record<string, unknown>;
        return ttl === 1800 && config.request_timeout === 17;
      }),
    );
    for (const node of cluster.nodes) {
      const user = await read(node, "cognito/creds/app");
      expect(user.lease_duration).toBe(1800);
      await revoke(node, user);
    }
  });

  test("goes by the key of a config that was changed before another node took the lead", async () => {
    const { accessKeyId, secretAccessKey } = world.emulator.createAccessKey();
    const key = { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey };
    // The former key was used by the node that leads now; the next leader may have read it as a standby.
    await write(await cluster.leader(), "cognito/config", key);
    world.emulator.deleteAccessKey(world.emulator.credential.accessKeyId);
    const leader = await cluster.stepDown();
    const user = await read(leader, "cognito/creds/app");
    expect(await revoke(leader, user)).toMatchObject({ status: 204 });
  });

  test("revokes cleanly what a restored snapshot brings back, though its user is gone", async () => {
    const leader = await cluster.leader();
    const [gone, kept] = [await read(leader, "cognito/creds/app"), await read(leader, "cognito/creds/app")];
    const snapshot = join(leader.pluginDirectory, "../tmp/snapshot");
    await leader.cli(["operator", "raft", "snapshot", "save", snapshot]);
    expect(await revoke(leader, gone)).toMatchObject({ status: 204 });
    expect(usernames()).toEqual([kept.data.username as string]);
    await leader.cli(["operator", "raft", "snapshot", "restore", snapshot]);

    const after = await cluster.leader();
    await eventually("the old lease is back", async () => (await renew(after, gone)).status === 200);
    expect(await revoke(after, gone)).toMatchObject({ status: 204 });
    expect(await revoke(after, kept)).toMatchObject({ status: 204 });
    expect(usernames()).toEqual([]);
  });
});
