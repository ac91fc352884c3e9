import { beforeAll, expect } from "bun:test";
import { mountAsInTheReadme } from "../../test/readme/example-mount.ts";
import { Reader } from "../../test/readme/reader.ts";
import { describeOnEveryServer } from "../../test/servers/every-server.ts";
import { worldOfAStory } from "../../test/stories/world-of-a-story.ts";

describeOnEveryServer("credentials that are handed over in a wrapping", ({ shared, test }) => {
  const world = worldOfAStory();
  beforeAll(async () => {
    await mountAsInTheReadme(shared(), world());
  });

  test("are opened once", async () => {
    using reader = new Reader(shared());
    const { seen, told } = await reader.follow("examples/response-wrapping/README.md", reader.downloads);
    expect(seen).toBe(told);
  });
});
