import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandBlocks } from "../readme/command-blocks.ts";
import { describeOnRealServers } from "../servers/every-server.ts";
import type { CliResult } from "../servers/server-options.ts";
import { eventually, read, write } from "../stories/cognito-world.ts";
import { worldMountedOn } from "../stories/world-of-a-story.ts";
import { giveUpLeases } from "./irrevocable-leases.ts";

const document = readFileSync(join(import.meta.dirname, "../../SECURITY.md"), "utf8");
const blocks = commandBlocks(document);

test("SECURITY.md quotes log messages as the source has them", () => {
  const quoted = [...document.matchAll(/^\| (?:ERROR|WARN) \| (.+?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message),
  );
  const src = join(import.meta.dirname, "../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const source = files.map((file) => readFileSync(join(src, file), "utf8")).join("\n");
  expect(quoted.length).toBeGreaterThan(6);
  expect(quoted.filter((message) => !source.includes(`"${message}"`))).toEqual([]);
});

describeOnRealServers("the runbooks of SECURITY.md", ({ shared }) => {
  const world = worldMountedOn(shared);
  const tried = new Set<string>();
  const usernames = () => world().userPool.usernames();

  /** Runs the commands of a section, or some of them, as they stand there. */
  async function follow(section: string, values: Readonly<Record<string, string>> = {}, which = (_: string) => true) {
    const results: CliResult[] = [];
    const steps = blocks.filter((block) => block.section === section).flatMap((block) => block.steps);
    expect(steps.length).toBeGreaterThan(0);
    for (const { command } of steps.filter((step) => which(step.command))) {
      tried.add(command);
      const filled = Object.entries(values).reduce((text, [name, value]) => text.replace(`<${name}>`, value), command);
      const [program, ...args] = filled.split(" ");
      expect(program).toBe("vault");
      results.push(await shared().cli(args, { mayFail: true }));
    }
    return results;
  }
  const count = async () => (await follow("What to watch"))[0]?.stdout.trim();

  test("revoke everything of a role", async () => {
    await Promise.all(Array.from({ length: 5 }, () => read(shared(), "cognito/creds/app")));
    const [deleted, revoked] = await follow("Revoke everything of a role at once");
    expect([deleted?.exitCode, revoked?.exitCode]).toEqual([0, 0]);
    await eventually("every user is gone", () => usernames().length === 0);
    await write(shared(), "cognito/roles/app", world().userRole);
  });

  test("take up what was given up while AWS was out of reach", async () => {
    const server = shared();
    const section = "AWS was out of reach for more than ten minutes";
    for (const isById of [false, true]) {
      const { lease_id } = await read(server, "cognito/creds/app");
      await giveUpLeases(server, [lease_id]);
      expect(await count()).toBe("1");
      const results = await follow(
        section,
        { "lease id": lease_id },
        (command) => command.includes("<lease id>") === isById,
      );
      expect(results.map(({ exitCode }) => exitCode).filter((code) => code !== 0)).toEqual([]);
      if (!isById) expect(results[0]?.stdout).toContain(lease_id);
      expect(usernames()).toEqual([]);
      expect(await count()).toBe("0");
    }
  });

  test("give the former account back, or forget its leases", async () => {
    const server = shared();
    const { aws_access_key_id = "", aws_secret_access_key = "" } = world().config;
    const stranger = world().emulator.createAccessKey({ accountId: "210987654321" });
    const change = () =>
      write(server, "cognito/config", {
        aws_access_key_id: stranger.accessKeyId,
        aws_secret_access_key: stranger.secretAccessKey,
      });
    const section = "The AWS account or its keys were changed";
    const user = await read(server, "cognito/creds/app");
    await change();
    const early = await server.http<{ errors: string[] }>("PUT", "sys/leases/revoke", {
      lease_id: user.lease_id,
      sync: true,
    });
    expect(early.status).toBe(400);
    expect(usernames()).toHaveLength(1);
    const values = { id: aws_access_key_id, key: aws_secret_access_key };
    const isForced = (command: string) => command.includes("-force");
    const results = await follow(section, values, (command) => !isForced(command));
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(usernames()).toEqual([]);

    await read(server, "cognito/creds/app");
    await change();
    expect((await follow(section, values, isForced)).map(({ exitCode }) => exitCode)).toEqual([0]);
    expect((await server.http("LIST", "sys/leases/lookup/cognito/creds/app")).status).toBe(404);
  });

  test("disable a mount that AWS's refusal closed", async () => {
    const server = shared();
    await write(server, "cognito/config", world().config);
    const forgotten = usernames();
    await read(server, "cognito/creds/app");
    const refusing = world().emulator.faults.add({
      match: { action: "AdminDeleteUser", times: Number.POSITIVE_INFINITY },
      fault: { kind: "error", type: "AccessDeniedException", status: 400 },
    });
    const moved = await server.http<{ data: { migration_id: string } }>("POST", "sys/remount", {
      from: "cognito",
      to: "elsewhere",
    });
    await eventually("the move has failed", async () => {
      const status = `sys/remount/status/${moved.body.data.migration_id}`;
      return JSON.stringify((await server.http("GET", status)).body).includes('"failure"');
    });
    const disabled = await server.http<{ errors: string[] }>("DELETE", "sys/mounts/cognito");
    expect(disabled.body.errors.join()).toContain("allow cognito-idp:AdminDeleteUser to the engine's AWS credentials");
    expect(await server.http("PUT", "cognito/config", world().config)).toMatchObject({ status: 404 });
    expect(usernames()).toHaveLength(forgotten.length + 1);

    refusing.remove();
    const results = await follow("Disabling or moving a mount");
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(usernames()).toEqual(forgotten);
  });

  test("have no command that was not tried", () => {
    const all = blocks.flatMap(({ steps }) => steps.map(({ command }) => command));
    expect(all.filter((command) => !tried.has(command))).toEqual([]);
  });
});
