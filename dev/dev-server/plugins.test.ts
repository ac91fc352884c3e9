import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ToyServer } from "./testing/toy-server.ts";

setDefaultTimeout(30_000);

let toys: ToyServer;
/** Its plugins have a second to start, which is too little for those that should. */
let impatient: ToyServer;
beforeAll(async () => {
  toys = await ToyServer.start();
  impatient = await ToyServer.start(1_000);
});
afterAll(async () => {
  await toys[Symbol.asyncDispose]();
  await impatient[Symbol.asyncDispose]();
});

const put = (name: string, body: object) => toys.call("PUT", `sys/plugins/catalog/secret/${name}`, body);
const mount = (path: string, body: object) => toys.call("POST", `sys/mounts/${path}`, body);
const zeros = "0".repeat(64);

describe("a file that cannot be a plugin is refused in one sentence", () => {
  test("when it is missing", async () => {
    expect(await put("bad", { command: "absent", sha256: zeros })).toEqual({
      status: 400,
      body: { errors: [`there is no file absent in the plugin directory ${toys.folder}`] },
    });
  });

  test("when it is not executable", async () => {
    const sha256 = await toys.place("dull", "exit 0");
    const file = join(toys.folder, "dull");
    chmodSync(file, 0o644);
    expect(await put("bad", { command: "dull", sha256 })).toEqual({
      status: 400,
      body: { errors: [`the file ${file} of the plugin bad is not executable; run: chmod +x ${file}`] },
    });
  });

  test("when its checksum is another", async () => {
    const sha256 = await toys.place("other", "exit 0");
    const refused = await put("bad", { command: "other", sha256: zeros });
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0]).toStartWith("checksums did not match: ");
    expect(refused.body.errors[0]).toContain(sha256);
  });

  test.each([
    ["../sh", "path cannot contain parent references"],
    ["link", "the command link leads out of the plugin directory"],
  ])("when the command %s leads elsewhere", async (command, sentence) => {
    if (command === "link") symlinkSync("/bin/sh", join(toys.folder, "link"));
    expect((await put("bad", { command, sha256: zeros })).body.errors[0]).toStartWith(sentence);
  });

  test.each([
    [{ sha256: zeros }, "missing command value: name the plugin's file, which lies in the plugin directory"],
    [{ command: "a" }, "missing SHA-256 value: give the checksum of the plugin's file"],
    [{ command: "a", sha256: zeros, env: ["NOTHING"] }, "env must be a list of NAME=value"],
    [{ command: "a", sha256: zeros, version: "one" }, 'version "one" is not a valid semantic version'],
  ])("when %j lacks something", async (body, sentence) => {
    expect(await put("bad", body)).toEqual({ status: 400, body: { errors: [sentence] } });
  });

  test("when it is for something else than secrets engines", async () => {
    const { body } = await toys.call("PUT", "sys/plugins/catalog/database/bad", { command: "a", sha256: zeros });
    expect(body.errors).toEqual(["the dev server runs secrets engines only, not database plugins"]);
  });
});

describe("a plugin that does not come up is registered with a warning, as in Vault it is silently; its mount is refused", () => {
  const noEnd = "trap '' TERM; while :; do sleep 1; done";
  test.each([
    [
      "dies at once",
      "echo 'cannot find my config' >&2; exit 7",
      /ended before its handshake \(exit code 7\); .*cannot find my config/,
    ],
    ["is killed", "kill -9 $$", /ended before its handshake \(signal SIGKILL\)/],
    [
      "ends amid its handshake",
      "printf '1|5|unix|/tm'; exit 0",
      /ended in the middle of its handshake line "1\|5\|unix\|\/tm" \(exit code 0\)/,
    ],
    ["says half a handshake line and hangs", `printf '1|5|un'; ${noEnd}`, /printed no whole handshake line within 1 s/],
    ["says nothing", noEnd, /printed no whole handshake line within 1 s/],
    ["says something else", `echo hello; ${noEnd}`, /first line of output is not a plugin's handshake: "hello"/],
    ["speaks net/rpc", `echo '1|5|tcp|127.0.0.1:1|netrpc|'; ${noEnd}`, /speaks netrpc; only grpc/],
    [
      "speaks another protocol",
      `echo '1|7|tcp|127.0.0.1:1|grpc|'; ${noEnd}`,
      /answers with protocol 7 where 5 was offered/,
    ],
    [
      "is not there where it says",
      `echo '1|5|unix|/nowhere/socket|grpc|'; ${noEnd}`,
      /printed its handshake but cannot be reached/,
    ],
    [
      "has a bad certificate",
      `echo '1|5|unix|/nowhere/socket|grpc|${"A".repeat(60)}'; ${noEnd}`,
      /certificate in the plugin's handshake cannot be read/,
    ],
  ])("%s", async (what, script, reason) => {
    const name = what.replaceAll(/\W+/g, "-");
    const sha256 = await impatient.place(name, script);
    const registered = await impatient.call("PUT", `sys/plugins/catalog/secret/${name}`, { command: name, sha256 });
    expect(registered.status).toBe(200);
    expect(registered.body.warnings[0]).toMatch(/^registered, but the plugin does not start: /);
    expect(registered.body.warnings[0]).toMatch(reason);
    const refused = await impatient.call("POST", "sys/mounts/bad", { type: name });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toHaveLength(1);
    expect(refused.body.errors[0]).toMatch(reason);
    expect(refused.body.errors[0]).not.toMatch(/\n|\.ts:/);
    expect((await impatient.call("GET", "bad/x")).status).toBe(404);
  });

  test("refuses to be set up", async () => {
    await toys.register(["TOY_SETUP_ERROR=no such cloud"]);
    expect(await mount("bad", { type: "toy" })).toEqual({
      status: 400,
      body: { errors: ["the plugin could not set the backend up: no such cloud"] },
    });
  });

  test("was changed after it was registered", async () => {
    await toys.register();
    await toys.place("toy", "exit 0");
    expect((await mount("bad", { type: "toy" })).body.errors[0]).toStartWith("checksums did not match");
  });
});

describe("versions", () => {
  beforeAll(() => toys.call("DELETE", "sys/plugins/catalog/secret/toy"));

  test("a plugin's own word must be the one that was asked for", async () => {
    expect((await toys.register([], "9.9.9")).body.errors).toEqual([
      "plugin version mismatch: toy reported version (v0.1.0) did not match requested version (v9.9.9)",
    ]);
    expect((await toys.register([], "0.1.0")).status).toBe(204);
    const { body } = await toys.call("GET", "sys/plugins/catalog/secret/toy?version=v0.1.0");
    expect(body.data).toMatchObject({ name: "toy", version: "v0.1.0", command: "toy", builtin: false });
  });

  test("a mount without one takes the newest, and moves to another when it is tuned and reloaded", async () => {
    await toys.register(["TOY_VERSION=v0.1.0"]);
    await toys.register(["TOY_VERSION=v0.10.0"]);
    await toys.register(["TOY_VERSION=v0.9.0"]);
    await mount("versioned", { type: "toy" });
    const running = async () => (await toys.call("GET", "sys/mounts/versioned")).body.data.running_plugin_version;
    expect(await running()).toBe("v0.10.0");
    expect((await toys.call("POST", "sys/mounts/versioned/tune", { plugin_version: "v7.0.0" })).status).toBe(400);
    await toys.call("POST", "sys/mounts/versioned/tune", { plugin_version: "v0.9.0" });
    expect(await running()).toBe("v0.10.0");
    await toys.call("PUT", "sys/plugins/reload/backend", { mounts: ["versioned"] });
    expect(await running()).toBe("v0.9.0");
    await toys.call("DELETE", "sys/plugins/catalog/secret/toy?version=v0.10.0");
    const { detailed } = (await toys.call("GET", "sys/plugins/catalog")).body.data;
    const versions = detailed.filter(({ name }: { name: string }) => name === "toy");
    expect(versions.map(({ version }: { version: string }) => version)).toEqual(["v0.1.0", "v0.9.0"]);
  });

  test("mounts of one registration share a process, others have their own", async () => {
    await toys.register(["TOY_VERSION=", "COLOUR=red"]);
    await mount("red/one", { type: "toy" });
    await mount("red/two", { type: "toy" });
    const { core } = toys.server;
    const pid = async (path: string) => (await core.mounts.at(path)?.engine.process())?.pid;
    expect(await pid("red/one")).toBe(await pid("red/two"));
    expect(await pid("versioned")).not.toBe(await pid("red/one"));
    await toys.call("DELETE", "sys/mounts/red/one");
    expect((await toys.call("PUT", "red/two/kv/a", { word: "b" })).status).toBe(204);
  });
});

describe("many at once", () => {
  const pids = async (paths: readonly string[]) => {
    const found = paths.map(async (path) => (await toys.server.core.mounts.at(path)?.engine.process())?.pid);
    return new Set(await Promise.all(found));
  };
  const paths = ["crowd/a", "crowd/b", "crowd/c"];
  const writeEverywhere = () =>
    Promise.all(paths.flatMap((path) => [1, 2, 3, 4, 5].map((n) => toys.call("PUT", `${path}/kv/${n}`, { word: n }))));

  test("mounts that are enabled at the same time start one process between them", async () => {
    await toys.register(["TOY_VERSION=", "COLOUR=blue"]);
    await Promise.all(paths.map((path) => mount(path, { type: "toy" })));
    expect((await pids(paths)).size).toBe(1);
    expect((await writeEverywhere()).map(({ status }) => status)).toEqual(Array(15).fill(204));
  });

  test("requests that find their process dead start one more between them, and none of them fails", async () => {
    const [before] = await pids(paths);
    process.kill(before ?? 0, "SIGKILL");
    expect((await writeEverywhere()).map(({ status }) => status)).toEqual(Array(15).fill(200));
    const after = await pids(paths);
    expect(after.size).toBe(1);
    expect(after.has(before)).toBe(false);
  });

  test("one mount that goes leaves the others their process", async () => {
    const before = await pids(paths);
    await Promise.all([toys.call("DELETE", "sys/mounts/crowd/a"), writeEverywhere()]);
    expect(await pids(paths.slice(1))).toEqual(before);
  });
});
