import { expect, test } from "bun:test";
import { describeOnRealServers } from "../servers/every-server.ts";
import { executable, mountCognito } from "../stories/cognito-world.ts";
import { worldOfAStory } from "../stories/world-of-a-story.ts";
import { MountStorage } from "./mount-storage.ts";

const mounts = ["one", "two", "three", "four"];

describeOnRealServers("a reload of a plugin with several mounts", ({ shared }) => {
  const world = worldOfAStory();

  test("leaves no user without a lease or a note, though the server stops the process of all for each of them", async () => {
    const server = shared();
    const { emulator, userPool } = world();
    await server.registerPlugin({ name: "cognito", file: executable, command: "cognito" });
    for (const mount of mounts) await mountCognito(server, world(), mount);
    emulator.faults.add({
      match: { times: Number.POSITIVE_INFINITY },
      fault: { kind: "delay", milliseconds: 15 },
    });

    let answered = 0;
    let isOver = false;
    const clients = [...mounts, ...mounts, ...mounts].map(async (mount) => {
      while (!isOver) {
        // While the process is being exchanged requests fail, and servers may cut the connection.
        const answer = await server.http("GET", `${mount}/creds/app`).catch(() => undefined);
        if (answer?.status === 200) answered += 1;
      }
    });
    for (let reloads = 0; reloads < 3; reloads += 1) {
      const before = answered;
      while (answered < before + 30) await Bun.sleep(10);
      await server.http("PUT", "sys/plugins/reload/backend", { plugin: "cognito" });
    }
    isOver = true;
    await Promise.all(clients);

    const kept = new Set<string>();
    for (const mount of mounts) {
      const storage = await MountStorage.of(server, mount);
      for (const { username } of await storage.leasedUsers()) kept.add(username);
      for (const username of await storage.notedUsers()) kept.add(username);
    }
    expect(answered).toBeGreaterThan(90);
    expect(userPool.usernames().filter((username) => !kept.has(username))).toEqual([]);
  });
});
