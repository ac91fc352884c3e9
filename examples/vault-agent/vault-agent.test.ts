import { beforeAll, expect } from "bun:test";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mountAsInTheReadme, tokenWithPolicy } from "../../test/readme/example-mount.ts";
import { Reader } from "../../test/readme/reader.ts";
import { describeOnRealServers } from "../../test/servers/every-server.ts";
import { eventually } from "../../test/stories/cognito-world.ts";
import { worldOfAStory } from "../../test/stories/world-of-a-story.ts";

const file = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

describeOnRealServers("the agent of the example", ({ shared, test }) => {
  const world = worldOfAStory();
  beforeAll(async () => {
    await mountAsInTheReadme(shared(), world());
  });

  test("writes a bearer token that lives, with no more rights than its policy gives", async () => {
    using reader = new Reader(shared());
    const { seen, told } = await reader.follow("examples/vault-agent/README.md", import.meta.dirname);
    expect(seen).toBe(told);

    const folder = reader.downloads;
    writeFileSync(join(folder, "vault-token"), await tokenWithPolicy(shared(), "agent", file("policy.hcl")));
    writeFileSync(join(folder, "agent.hcl"), file("agent.hcl").replaceAll("/run/agent", folder));
    const env = {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      VAULT_ADDR: shared().address,
      BAO_ADDR: shared().address,
    };
    const agent = spawn(shared().commandLine, ["agent", `-config=${join(folder, "agent.hcl")}`], {
      env,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => agent.once("exit", resolve));
    try {
      const written = join(folder, "authorization");
      await eventually("the agent wrote the file", () => existsSync(written) && statSync(written).size > 0);
      const [, claims = ""] =
        /^Authorization: Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(readFileSync(written, "utf8")) ?? [];
      const { client_id, exp } = JSON.parse(Buffer.from(claims, "base64url").toString());
      expect(client_id).toBe("machine");
      expect(exp).toBeGreaterThan(Date.now() / 1000);
      expect(statSync(written).mode & 0o777).toBe(0o600);
    } finally {
      agent.kill("SIGTERM");
      await ended;
    }
  });
});
