import { beforeAll, expect, test } from "bun:test";
import { goPlugin } from "../conformance/go-plugin/go-plugin.ts";
import { type Credentials, eventually, executable, read, write } from "../stories/cognito-world.ts";
import { describeClusterUpgrade } from "./describe-upgrade.ts";
import { irrevocableLeases, renew, revoke } from "./lease.ts";

await describeClusterUpgrade("a cluster goes over to the new file, node by node", (cluster, world, kind) => {
  const { pool, userRole } = world.createPool();
  const leases: Credentials[] = [];
  const nextLease = () => leases.pop() as Credentials;
  let lasting: Credentials;
  let ending: Credentials;
  const isAlive = ({ data }: Credentials) => pool.user(data.username as string) !== undefined;

  beforeAll(async () => {
    const leader = await cluster().leader();
    for (const node of cluster().nodes) await node.placePlugin(goPlugin, "cognito");
    await leader.registerPlugin({ name: "cognito", file: goPlugin, command: "cognito" });
    await leader.enable("cognito", "cognito");
    await write(leader, "cognito/config", world.config);
    await write(leader, "cognito/roles/app", { ...userRole, ttl: "1h" });
    for (let issued = 0; issued < 6; issued += 1) leases.push(await read(leader, "cognito/creds/app"));
  }, 60_000);

  test("the new file is placed beside the old one on every node: nothing changes yet", async () => {
    for (const node of cluster().nodes) await node.placePlugin(executable, "cognito-1.0.0");
    const leader = await cluster().leader();
    expect((await read(leader, "cognito/roles/app")).data).not.toHaveProperty("issue_tokens");
    expect(await revoke(leader, nextLease())).toMatchObject({ status: 204 });
  });

  test("it is registered in the old one's place: the Go plugin's process goes on until the reload", async () => {
    const leader = await cluster().leader();
    const { sha256 } = await leader.placePlugin(executable, "cognito-1.0.0");
    await leader.cli(["plugin", "register", `-sha256=${sha256}`, "-command=cognito-1.0.0", "secret", "cognito"]);
    expect((await read(leader, "cognito/roles/app")).data).not.toHaveProperty("issue_tokens");
    expect(await revoke(leader, nextLease())).toMatchObject({ status: 204 });
  });

  test("it is reloaded: old leases live on, and are revoked", async () => {
    const leader = await cluster().leader();
    await leader.cli(["plugin", "reload", "-plugin=cognito"]);
    expect((await read(leader, "cognito/roles/app")).data).toHaveProperty("issue_tokens");
    const lease = nextLease();
    expect(await renew(leader, lease)).toMatchObject({ status: 200, body: { lease_duration: 3600 } });
    expect(await revoke(leader, lease)).toMatchObject({ status: 204 });
    expect(isAlive(lease)).toBe(false);
  });

  test("a standby that is restarted serves the mount", async () => {
    for (const standby of await cluster().standbys()) {
      // OpenBao's standbys run the mounts themselves, the Go plugin's never: its protocol asks for a token that a standby cannot make.
      if (kind === "openbao") expect(await standby.http("GET", "cognito/roles/app")).toMatchObject({ status: 500 });
      await standby.restart();
      await cluster().leader();
      await eventually("the standby answers", async () => {
        return (await standby.http("GET", "cognito/roles/app")).status === 200;
      });
      expect((await read(standby, "cognito/roles/app")).data).toHaveProperty("issue_tokens");
      leases.push(await read(standby, "cognito/creds/app"));
    }
  });

  test("the leader steps down: another node renews and revokes what was issued before and since", async () => {
    const leader = await cluster().stepDown();
    for (const lease of [nextLease(), nextLease(), nextLease()]) {
      expect(await renew(leader, lease)).toMatchObject({ status: 200 });
      expect(await revoke(leader, lease)).toMatchObject({ status: 204 });
      expect(isAlive(lease)).toBe(false);
    }
    leases.push(await read(leader, "cognito/creds/app"));
  });

  test("the leader dies: a third node has it all", async () => {
    const leader = await cluster().killLeader();
    expect(leases).toHaveLength(3);
    for (const lease of leases) expect(await revoke(leader, lease)).toMatchObject({ status: 204 });
    expect(pool.usernames()).toEqual([]);
  });

  test("the lead passes to a node without the file that is registered: its mount answers nothing, the server goes on", async () => {
    for (const node of cluster().nodes) if (!node.isRunning) await node.restart();
    const first = await cluster().leader();
    [lasting, ending] = [await read(first, "cognito/creds/app"), await read(first, "cognito/creds/app")];
    await first.registerPlugin({ name: "cognito", file: executable, command: "cognito-1.0.1" });
    await first.cli(["plugin", "reload", "-plugin=cognito"]);

    const leader = await cluster().stepDown();
    const refused = await leader.http<{ errors: string[] }>("GET", "cognito/creds/app");
    expect(refused.status).toBe(404);
    expect(refused.body.errors.join()).toContain("backend is nil");
    expect(leader.logText()).toContain("failed to create mount entry");
    expect(leader.logText()).toContain("skipping plugin-based mount entry");
    expect(await leader.http("GET", "sys/mounts/cognito")).toMatchObject({ status: 200 });
    expect(await renew(leader, lasting)).toMatchObject({ status: 400 });
    expect(await revoke(leader, lasting)).toMatchObject({ status: 400 });
  });

  test("a lease that ends now is given up at once, and its user stays", async () => {
    const leader = await cluster().leader();
    // As when its time is over: the server revokes by itself, and nobody waits for the outcome.
    await leader.cli(["lease", "revoke", ending.lease_id]);
    await eventually("the lease is irrevocable", async () => (await irrevocableLeases(leader)) === 1);
    expect(pool.user(ending.data.username as string)).toBeDefined();
  });

  test("the file and a reload bring reads and revokes back, but the server refuses the mount every write", async () => {
    const leader = await cluster().leader();
    for (const node of cluster().nodes) await node.placePlugin(executable, "cognito-1.0.1");
    await leader.cli(["plugin", "reload", "-plugin=cognito"]);
    expect((await read(leader, "cognito/roles/app")).data).toHaveProperty("issue_tokens");
    expect(await leader.http("GET", "cognito/creds/app")).toMatchObject({ status: 500 });
    expect(leader.logText()).toContain("cannot write to storage during setup");
    expect(pool.usernames()).toHaveLength(2);
  });

  test("a step-down to a node with the file cures that", async () => {
    const leader = await cluster().stepDown();
    const fresh = await read(leader, "cognito/creds/app");
    for (const lease of [fresh, lasting]) expect(await revoke(leader, lease)).toMatchObject({ status: 204 });
  });

  test("a lease that was given up is revoked when asked for", async () => {
    const leader = await cluster().leader();
    expect((await leader.cli(["read", "sys/leases", "type=irrevocable"])).stdout).toContain(ending.lease_id);
    await leader.cli(["lease", "revoke", "-sync", ending.lease_id]);
    expect(pool.usernames()).toEqual([]);
    expect(await irrevocableLeases(leader)).toBe(0);
  });
});
