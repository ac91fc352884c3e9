import { expect, test } from "bun:test";
import { describeOnRealServers, type ServersOfAStory } from "../servers/every-server.ts";
import { executable } from "../stories/cognito-world.ts";
import { comeAndGo, keep, reload } from "./mount-cycle.ts";
import { holdingsOf, settledHoldings } from "./mount-holdings.ts";

if (process.platform === "linux") {
  describeOnRealServers("many mounts", tellStory, { storage: "inmem" });
} else {
  // biome-ignore lint/suspicious/noSkippedTests: what a process holds is read from /proc, and the report says so.
  test.skip(`many mounts (skipped: there is no /proc on ${process.platform})`, () => undefined);
}

function tellStory({ shared }: ServersOfAStory): void {
  const kept = ["kept-1", "kept-2"];

  test("come and go, and the plugin is started anew, without a file or socket left", async () => {
    const server = shared();
    await server.registerPlugin({ name: "cognito", file: executable });
    await keep(server, kept);
    const start = holdingsOf(server);
    const { pluginMemory: _memory, ...before } = start;
    expect(before.pluginProcesses).toBe(1);
    const mounts = 20;
    const held = await comeAndGo(server, mounts);
    expect(held).toMatchObject({
      pluginProcesses: 1,
      pluginSockets: before.pluginSockets + mounts,
      temporaryFiles: before.temporaryFiles + mounts,
    });
    expect(await settledHoldings(server, start)).toMatchObject(before);
    await reload(server, 3, kept);
    expect(await settledHoldings(server, start)).toMatchObject(before);
  });
}
