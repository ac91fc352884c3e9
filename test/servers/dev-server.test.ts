import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { processTable } from "./process-table.ts";
import { type RealServer, startServer } from "./real-server.ts";

setDefaultTimeout(60_000);

const goPlugin = join(import.meta.dirname, "../../../shared/peers/vault-plugin-secrets-cognito-go");
const absent = existsSync(goPlugin) ? "" : " (skipped: the Go plugin is not here)";

describe.if(absent === "")(`a Go plugin of protocol 4 on the dev server${absent}`, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer("dev-server");
    await server.registerPlugin({ name: "cognito", file: goPlugin, command: "cognito" });
  });
  afterAll(() => server.stop());

  const role = { credential_type: "user", region: "eu-west-1", ttl: 60 };

  test("runs unchanged, a process for each mount, with storage of its own", async () => {
    for (const path of ["one", "two"]) await server.enable(path, "cognito");
    expect(server.pluginPids()).toHaveLength(2);
    expect((await server.http("PUT", "one/roles/app", role)).status).toBe(204);
    expect(await server.http("GET", "one/roles/app")).toMatchObject({ status: 200, body: { data: { ttl: 60 } } });
    expect(await server.http("LIST", "two/roles")).toMatchObject({ status: 404 });
    expect(await server.http("GET", "one/creds/nobody")).toMatchObject({
      body: { errors: ["role 'nobody' does not exist"] },
    });
  });

  test("comes back after a crash and after a reload, with what it stored", async () => {
    for (const pid of server.pluginPids()) process.kill(pid, "SIGKILL");
    expect(await server.http("GET", "one/roles/app")).toMatchObject({ status: 200 });
    const before = server.pluginPids();
    await server.http("PUT", "sys/plugins/reload/backend", { plugin: "cognito" });
    expect(await server.http("GET", "one/roles/app")).toMatchObject({ status: 200 });
    expect(server.pluginPids().filter((pid) => before.includes(pid))).toEqual([]);
  });

  test("is gone with its mount and with its server", async () => {
    await server.http("DELETE", "sys/mounts/two");
    const pids = server.pluginPids();
    expect(pids).toHaveLength(1);
    await server.stop();
    expect(processTable().filter(({ pid }) => pids.includes(pid))).toEqual([]);
  });
});
