import { beforeAll, expect, test } from "bun:test";
import { describeOnRealServers } from "../servers/every-server.ts";
import { worldMountedOn } from "../stories/world-of-a-story.ts";
import { prepareForBadInput } from "./bad-input-mount.ts";
import { BadInputRun } from "./bad-input-run.ts";

describeOnRealServers("a caller who sends nonsense", ({ shared }) => {
  const world = worldMountedOn(shared);
  let lease: string;
  beforeAll(async () => {
    lease = await prepareForBadInput(shared());
  });

  test("gets an answer that a person understands, whatever it was, and breaks nothing", async () => {
    const server = shared();
    const plugins = server.pluginPids();
    const run = new BadInputRun(server, { every: 40, random: 3, seed: 20261122 });
    await run.everywhere("cognito", world(), lease);
    const { requests, statuses, faults } = run.report;
    console.log(`${requests} requests, statuses ${JSON.stringify(statuses)}`);
    expect(faults).toEqual([]);
    expect(requests).toBeGreaterThan(150);
    expect(server.pluginPids()).toEqual(plugins);
    expect(server.logText()).not.toMatch(/an error was not caught|a rejection was not handled/);
  });
});
