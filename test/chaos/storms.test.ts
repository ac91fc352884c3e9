import { expect, test } from "bun:test";
import { describeOnRealServers } from "../servers/every-server.ts";
import { cognitoWorld, eventually, mountCognito, read, write } from "../stories/cognito-world.ts";
import { worldMountedOn } from "../stories/world-of-a-story.ts";
import { revokeAll, storm } from "./storm.ts";

describeOnRealServers("a storm", ({ shared }) => {
  const world = worldMountedOn(shared);

  test("of callers, a third of whom goes away midway, fails nobody who stays", async () => {
    const server = shared();
    const before = server.pluginPids();
    const counts = await storm(server, "cognito", { clients: 16, seconds: 4 });
    expect(counts.failures).toEqual([]);
    expect(counts.cancelled).toBeGreaterThan(20);
    expect(counts.answered["read user"]).toBeGreaterThan(20);
    await revokeAll(server, "cognito");
    await eventually("nobody is left", () => world().userPool.usernames().length === 0);
    expect(server.pluginPids()).toEqual(before);
  });

  test("on a mount whose AWS hangs delays nobody on another mount of the process", async () => {
    const server = shared();
    const elsewhere = await cognitoWorld();
    try {
      await mountCognito(server, elsewhere, "hanging");
      await write(server, "hanging/config", { request_timeout: 5, max_retries: 0 });
      const latch = elsewhere.emulator.faults.add({
        match: { times: Number.POSITIVE_INFINITY },
        fault: { kind: "hang" },
      });
      const stuck = Array.from({ length: 64 }, (_, index) =>
        server.http("GET", `hanging/creds/${index % 2 === 0 ? "app" : "machine"}`),
      );
      await latch.met(64);
      const user = await read(server, "cognito/creds/app");
      await read(server, "cognito/creds/machine");
      const { status } = await server.http("PUT", "sys/leases/revoke", { lease_id: user.lease_id, sync: true });
      expect(status).toBe(204);
      // They still hang: nobody waited for them.
      expect(latch.waiting).toBe(64);
      expect(server.pluginPids()).toHaveLength(1);
      latch.remove();
      await Promise.all(stuck);
    } finally {
      await elsewhere.emulator.close();
    }
  });
});
