import { beforeAll, expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { goPlugin } from "../conformance/go-plugin/go-plugin.ts";
import { Reader } from "../readme/reader.ts";
import type { RealServer } from "../servers/real-server.ts";
import { type Credentials, executable, read, write } from "../stories/cognito-world.ts";
import { describeUpgrade } from "./describe-upgrade.ts";
import { irrevocableLeases, revoke } from "./lease.ts";

const guide = "UPGRADING.md";

await describeUpgrade("an operator who types what UPGRADING.md says", ({ start, shared }, world) => {
  const { pool, userRole, machineRole } = world.createPool();

  const withGoPlugin = async (server: RealServer) => {
    await server.registerPlugin({ name: "cognito", file: goPlugin, command: "cognito" });
    await server.enable("cognito", "cognito");
    await write(server, "cognito/config", world.config);
    await write(server, "cognito/roles/app", { ...userRole, ttl: "1h" });
    await write(server, "cognito/roles/machine", machineRole);
  };
  const isOurs = async (server: RealServer) => "issue_tokens" in (await read(server, "cognito/roles/app")).data;
  const follow = async (reader: Reader, section: string) => {
    const { seen, told, exitCodes } = await reader.follow(guide, reader.downloads, section);
    expect(seen).toBe(told);
    expect(exitCodes).toEqual(exitCodes.map(() => 0));
  };
  const readerOf = (server: RealServer) => {
    const reader = new Reader(server);
    symlinkSync(executable, join(reader.downloads, basename(executable)));
    return reader;
  };

  let lease: Credentials;
  let gone: Credentials;
  let reader: Reader;
  beforeAll(async () => {
    await withGoPlugin(shared());
    await write(shared(), "cognito/roles/gone", userRole);
    [lease, gone] = [await read(shared(), "cognito/creds/app"), await read(shared(), "cognito/creds/gone")];
    await shared().http("DELETE", "cognito/roles/gone");
    reader = readerOf(shared());
  });

  test("keeps the old file, and finds the leases whose role is gone", () => follow(reader, "Before"));

  test("replaces the file by the first route", async () => {
    await follow(reader, "The same name with the new checksum");
    expect(await isOurs(shared())).toBe(true);
    expect(await revoke(shared(), lease)).toMatchObject({ status: 204 });
    await write(shared(), "cognito/roles/gone", userRole);
    expect(await revoke(shared(), gone)).toMatchObject({ status: 204 });
    expect(pool.usernames()).toEqual([]);
  });

  test("goes back, after revoking the leases of tokens", async () => {
    await write(shared(), "cognito/roles/leased", { ...machineRole, token_lease: true });
    await read(shared(), "cognito/creds/leased");
    lease = await read(shared(), "cognito/creds/app");
    await follow(reader, "Going back");
    reader[Symbol.dispose]();
    expect(await isOurs(shared())).toBe(false);
    expect(await revoke(shared(), lease)).toMatchObject({ status: 204 });
    expect(await irrevocableLeases(shared())).toBe(0);
  });

  test("gives the new file a version, by the second route", async () => {
    const server = await start();
    await withGoPlugin(server);
    using other = readerOf(server);
    await follow(other, "A version of its own");
    expect(await isOurs(server)).toBe(true);
  });
});
