import { beforeAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeOnEveryServer } from "../../test/servers/every-server.ts";
import { executable, write } from "../../test/stories/cognito-world.ts";

const file = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

const written = [
  { path: "config", data: JSON.parse(file("config.json")), secret: {} },
  { path: "roles/my-cognito-user", data: JSON.parse(file("role-user.json")), secret: {} },
  { path: "roles/my-machine", data: JSON.parse(file("role-machine.json")), secret: { app_client_secret: "secret" } },
];

describeOnEveryServer("what Terraform writes", ({ shared, test }) => {
  beforeAll(async () => {
    await shared().registerPlugin({ name: "cognito", file: executable });
    await shared().enable("cognito", "cognito");
  });

  test("is read back as it was written, so that no plan finds a difference", async () => {
    for (const { path, data, secret } of written) {
      await write(shared(), `cognito/${path}`, { ...data, ...secret });
      const answer = await shared().http<{ data: Record<string, unknown>; warnings: unknown }>(
        "GET",
        `cognito/${path}`,
      );
      expect(answer.body.data).toMatchObject(data);
      expect(answer.body.data).not.toContainAnyKeys(Object.keys(secret));
    }
  });
});

const terraform = Bun.which("terraform");
if (terraform === null) {
  // biome-ignore lint/suspicious/noSkippedTests: a machine without Terraform cannot parse it, and the report says so.
  test.skip("main.tf (skipped: no terraform on PATH)", () => undefined);
} else {
  test("main.tf is what terraform fmt makes of it", () => {
    const { status, stdout, stderr } = spawnSync(terraform, ["fmt", "-check", "-diff"], {
      cwd: import.meta.dirname,
      encoding: "utf8",
      env: { PATH: process.env.PATH ?? "", CHECKPOINT_DISABLE: "1" },
    });
    expect(stdout + stderr).toBe("");
    expect(status).toBe(0);
  });
}

test("main.tf reads the files that are tried here", () => {
  const named = [...file("main.tf").matchAll(/\$\{path\.module\}\/([\w-]+\.json)/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(["config.json", "role-machine.json", "role-user.json"]);
  const paths = [...file("main.tf").matchAll(/\$\{vault_mount\.cognito\.path\}\/((?:config|roles)[\w/-]*)"/g)];
  expect(paths.map(([, path]) => path).toSorted()).toEqual(written.map(({ path }) => path).toSorted());
});
