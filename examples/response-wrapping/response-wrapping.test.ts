import { afterAll, beforeAll, expect } from "bun:test";
import { mountAsInTheReadme } from "../../test/readme/example-mount.ts";
import { Reader } from "../../test/readme/reader.ts";
import { describeOnEveryServer } from "../../test/servers/every-server.ts";
import { type CognitoWorld, cognitoWorld } from "../../test/stories/cognito-world.ts";

describeOnEveryServer("credentials that are handed over in a wrapping", ({ shared, test }) => {
  let world: CognitoWorld;
  beforeAll(async () => {
    world = await cognitoWorld();
    await mountAsInTheReadme(shared(), world);
  });
  afterAll(() => world.emulator.close());

  test("are opened once", async () => {
    using reader = new Reader(shared());
    const { seen, told } = await reader.follow("examples/response-wrapping/README.md", reader.downloads);
    expect(seen).toBe(told);
  });
});
