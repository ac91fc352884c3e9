import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describeOnRealServers } from "./every-server.ts";
import { noteSecrets } from "./known-secrets.ts";
import { processTable } from "./process-table.ts";

describeOnRealServers("a secrets engine of the server's own", ({ kind, shared }) => {
  test("is used by HTTP and by the command line", async () => {
    const server = shared();
    await server.enable("kv", "kv", { options: { version: "1" } });
    expect((await server.http("PUT", "kv/greeting", { word: "hello" })).status).toBe(204);
    expect(await server.http<{ data: object }>("GET", "kv/greeting")).toMatchObject({
      body: { data: { word: "hello" } },
    });
    expect(await server.http("LIST", "kv/")).toMatchObject({ status: 200, body: { data: { keys: ["greeting"] } } });
    expect((await server.cli(["read", "-field=word", "kv/greeting"])).stdout).toBe("hello");
    expect(await server.cliJson(["read", "kv/greeting"])).toMatchObject({ data: { word: "hello" } });
    await server.cli(["write", "kv/greeting", "-"], { input: `{"word": "from the input"}` });
    expect((await server.cli(["read", "-field=word", "kv/greeting"])).stdout).toBe("from the input");
  });

  test("refuses what is wrong in ways a test can see", async () => {
    const server = shared();
    expect((await server.http("GET", "kv/greeting", undefined, { "x-vault-token": "wrong" })).status).toBe(403);
    expect(await server.http("GET", "kv/missing")).toEqual({ status: 404, body: { errors: [] } });
    await expect(server.cli(["read", "kv/missing"])).rejects.toThrow("No value found at kv/missing");
    const refused = await server.cli(["read", "kv/greeting"], { token: "wrong", mayFail: true });
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("permission denied");
  });

  test("leaves its trace in the log and in the audit log", async () => {
    const server = shared();
    const entries = server
      .logText()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    expect(entries.some((entry) => entry["@level"] === "trace" || entry["@level"] === "debug")).toBe(true);
    expect(server.auditText()).toContain(`"path":"kv/greeting"`);
    expect(server.auditText()).not.toContain("hello");
  });

  if (kind === "openbao") {
    test("is a namespace's own", async () => {
      const server = shared();
      await server.cli(["namespace", "create", "team"]);
      await server.cli(["secrets", "enable", "-path=kv", "kv"], { namespace: "team" });
      await server.cli(["write", "kv/greeting", "word=theirs"], { namespace: "team" });
      const { body } = await server.http("GET", "kv/greeting", undefined, { "x-vault-namespace": "team" });
      expect(body).toMatchObject({ data: { word: "theirs" } });
    });
  }

  test("can be read as it is stored", async () => {
    const { body } = await shared().http<{ data: { keys: string[] } }>("LIST", "sys/raw/logical");
    expect(body.data.keys.length).toBeGreaterThan(0);
  });

  test("survives a seal, a restart and a crash", async () => {
    const server = shared();
    const word = async () => (await server.cli(["read", "-field=word", "kv/greeting"])).stdout;
    const before = await word();
    await server.seal();
    expect((await server.http("GET", "kv/greeting")).status).toBe(503);
    await server.unseal();
    expect(await word()).toBe(before);
    const { pid } = server;
    await server.restart();
    expect(server.pid).not.toBe(pid);
    expect(await word()).toBe(before);
    await server.kill9();
    await expect(server.http("GET", "kv/greeting")).rejects.toThrow();
    await server.restart();
    expect(await word()).toBe(before);
  });
});

describeOnRealServers("a server with settings of its own", ({ kind, start }) => {
  test("has no environment but the one it was given", async () => {
    const server = await start({ env: { AWS_REGION: "eu-west-1" }, storage: "inmem" });
    // Both servers print the names of their variables when they start.
    expect(server.logText()).toContain("Environment Variables: AWS_REGION, HOME, PATH, TMPDIR\n");
  });

  test("can keep its data by raft", async () => {
    const server = await start({ storage: "raft" });
    expect(await server.http("GET", "sys/storage/raft/configuration")).toMatchObject({ status: 200 });
    await server.restart();
    expect((await server.http("GET", "sys/health")).status).toBe(200);
  });

  test("fails who let a secret be written down", async () => {
    const server = await start({ storage: "inmem" });
    const secret = `a-secret-of-${kind}`;
    noteSecrets({ password: secret });
    expect(server.secretsWritten()).toBe(0);
    // Servers log paths as they are.
    await server.http("GET", `cubbyhole/${secret}`);
    await expect(server.stop()).rejects.toThrow("1 secrets stand in the log or the audit log");
  });

  test("says why when it cannot start", async () => {
    await expect(start({ config: { storage: { nowhere: {} } } })).rejects.toThrow(/did not start:(.|\n)*nowhere/);
  });
});

const goPlugin = join(import.meta.dirname, "../../../shared/peers/vault-plugin-secrets-cognito-go");
const absent = existsSync(goPlugin) ? "" : " (skipped: the Go plugin is not here)";

describeOnRealServers("an external plugin", ({ shared }) => {
  test.if(absent === "")(`is registered, mounted and gone with its server${absent}`, async () => {
    const server = shared();
    const { sha256 } = await server.registerPlugin({
      name: "cognito",
      file: goPlugin,
      command: "cognito",
      env: { A: "b c" },
    });
    await server.enable("cognito", "cognito");
    await server.cli(["write", "cognito/roles/app", "credential_type=user", "region=eu-west-1", "ttl=60"]);
    expect(await server.cliJson(["read", "cognito/roles/app"])).toMatchObject({
      data: { region: "eu-west-1", ttl: 60 },
    });
    expect(await server.http("GET", "sys/plugins/catalog/secret/cognito")).toMatchObject({
      body: { data: { command: "cognito", sha256 } },
    });
    const before = server.pluginPids();
    expect(before).toHaveLength(1);

    await server.restart();
    expect((await server.cliJson<{ data: object }>(["read", "cognito/roles/app"])).data).toBeDefined();
    const after = server.pluginPids();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);

    await server.kill9();
    await server.stop();
    const alive = new Set(processTable().map(({ pid }) => pid));
    expect([...before, ...after].filter((pid) => alive.has(pid))).toEqual([]);
  });
});
