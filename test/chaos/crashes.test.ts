import { afterAll, beforeAll, expect, test } from "bun:test";
import { describeOnRealServers } from "../servers/every-server.ts";
import { eventually } from "../stories/cognito-world.ts";
import { CrashRun } from "./crash-run.ts";
import { crashSteps } from "./crash-steps.ts";
import { type CrashWorld, crashWorld } from "./crash-world.ts";

describeOnRealServers("a crash at any step", ({ shared }) => {
  let world: CrashWorld;
  beforeAll(async () => {
    world = await crashWorld(shared(), 3600);
  });
  afterAll(() => world.emulator.close());

  test("leaves every user with a lease or a note, and once the mounts go, none", async () => {
    const server = shared();
    const run = new CrashRun(server, world);
    await run.cutEveryStepShort("plugin");
    await run.cutEveryStepShort("server");
    expect(run.counts).toMatchObject({
      crashes: 2,
      stepsCutShort: 2 * crashSteps.length,
      leasedAndNoted: 0,
      leasesForgotten: 0,
      usersForgotten: 0,
      usersInTheWindow: 0,
    });
    for (const path of world.mountPaths) expect((await server.http("DELETE", `sys/mounts/${path}`)).status).toBe(204);
    const users = () => world.emulator.pools().flatMap((pool) => pool.usernames());
    await eventually("every user is gone", () => users().length === 0);
  });
});
