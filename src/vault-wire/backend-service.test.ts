import { describe, expect, test } from "bun:test";
import { UserError } from "../framework/errors.ts";
import type { Mount } from "../framework/mount.ts";
import { getJson, putJson } from "../framework/storage.ts";
import { failureOf } from "./testing/failure-of.ts";
import { vaultStorage } from "./testing/host-services.ts";
import { backendOf, PluginUnderTest, reachable, wireRequest } from "./testing/plugin-under-test.ts";

/** Answers every request with the mount it reached and what was asked. */
const echo = (mount: Mount) =>
  backendOf({
    handle: async ({ operation, path, data }) => ({ data: { uuid: mount.uuid, operation, path, data } }),
  });

describe("a mount's life", () => {
  test("registration: the version is told before and after a setup that gets no host services", async () => {
    using plugin = await PluginUnderTest.start(echo);
    const version = () => plugin.call(plugin.versions.version.bind(plugin.versions), "a", {});
    expect(await version()).toEqual({ plugin_version: "v1.2.3" });
    expect(await plugin.setup("a")).toEqual({ err: "" });
    expect(await version()).toEqual({ plugin_version: "v1.2.3" });
    expect(await plugin.call(plugin.backend.type.bind(plugin.backend), "a", {})).toEqual({ type: 1 });
  });

  test("registration of a plugin that tells no version", async () => {
    using plugin = await PluginUnderTest.start(echo, { tellsVersion: false });
    const reply = plugin.call(plugin.versions.version.bind(plugin.versions), "a", {});
    expect(await reply).toEqual({ plugin_version: "" });
  });

  test("a mount registered under a version that the file is not is served, with a warning", async () => {
    using plugin = await PluginUnderTest.start(echo);
    expect(await plugin.setup("a", reachable, { plugin_version: "v1.2.3" })).toEqual({ err: "" });
    expect(plugin.logger.lines).toEqual([]);
    expect(await plugin.setup("b", reachable, { plugin_version: "v9.9.9" })).toEqual({ err: "" });
    expect(plugin.logger.lines).toMatchObject([
      { level: "warn", fields: { registered_version: "v9.9.9", version: "v1.2.3" } },
    ]);
  });

  test("the host learns that one process serves many mounts", async () => {
    using plugin = await PluginUnderTest.start(echo);
    const reply = plugin.call(plugin.multiplexing.multiplexingSupport.bind(plugin.multiplexing), [], {});
    expect(await reply).toEqual({ supported: true });
  });

  test("setup hands the backend its options, its UUID and its storage", async () => {
    const entries = new Map<string, Buffer>();
    let given: Mount | undefined;
    using plugin = await PluginUnderTest.start(
      (mount) => {
        given = mount;
        return backendOf({
          initialize: () => putJson(mount.storage, "config", { region: "eu-west-1" }),
          handle: async () => ({ data: { stored: JSON.stringify(await getJson(mount.storage, "config")) } }),
        });
      },
      { host: { storage: vaultStorage(entries) } },
    );
    await plugin.setup("a", reachable, { plugin_name: "cognito", plugin_type: "secret" });
    expect(given?.options).toEqual({ plugin_name: "cognito", plugin_type: "secret" });
    expect(given?.uuid).toBe("uuid-of-a");
    expect(entries.size).toBe(0);
    expect(await plugin.call(plugin.backend.initialize.bind(plugin.backend), "a", {})).toEqual({ err: undefined });
    expect(entries.get("config")?.toString()).toBe('{"region":"eu-west-1"}\n');
    const { response } = await plugin.handle("a", { operation: "read", path: "config" });
    expect(JSON.parse(response?.data ?? "")).toEqual({ stored: '{"region":"eu-west-1"}' });
  });

  test("the host learns the special paths", async () => {
    const specialPaths = {
      root: ["config/rotate-root"],
      unauthenticated: ["health"],
      localStorage: ["local/"],
      sealWrapStorage: ["config", "roles/"],
    };
    using plugin = await PluginUnderTest.start(() => backendOf({ specialPaths }));
    await plugin.mount("a");
    expect(await plugin.call(plugin.backend.specialPaths.bind(plugin.backend), "a", {})).toMatchObject({
      paths: {
        root: ["config/rotate-root"],
        unauthenticated: ["health"],
        local_storage: ["local/"],
        seal_wrap_storage: ["config", "roles/"],
      },
    });
  });

  test("keys that other nodes changed reach the backend", async () => {
    const changed: string[] = [];
    using plugin = await PluginUnderTest.start(() =>
      backendOf({
        invalidate: async (key) => {
          changed.push(key);
          if (key === "bad") throw new Error("no such cache");
        },
      }),
    );
    await plugin.mount("a");
    const invalidate = (key: string) => plugin.call(plugin.backend.invalidateKey.bind(plugin.backend), "a", { key });
    await invalidate("roles/app");
    await invalidate("bad");
    expect(changed).toEqual(["roles/app", "bad"]);
    expect(plugin.logger.lines).toMatchObject([{ level: "error", message: "forgetting a storage key failed" }]);
  });

  test("after a cleanup the id is unknown", async () => {
    let cleanups = 0;
    using plugin = await PluginUnderTest.start(() =>
      backendOf({
        cleanup: async () => {
          cleanups++;
        },
      }),
    );
    await plugin.mount("a");
    await plugin.cleanup("a");
    expect(cleanups).toBe(1);
    expect((await failureOf(plugin.handle("a", { operation: "read" }))).message).toContain("no backend instance found");
    expect((await failureOf(plugin.cleanup("a"))).message).toContain("no backend instance found");
    expect(cleanups).toBe(1);
  });

  test("a second setup on the same id replaces the first backend and closes it", async () => {
    const closed: number[] = [];
    let made = 0;
    using plugin = await PluginUnderTest.start(() => {
      const number = ++made;
      return backendOf({
        handle: async () => ({ data: { number } }),
        cleanup: async () => {
          closed.push(number);
        },
      });
    });
    await plugin.mount("a");
    await plugin.mount("a");
    expect(closed).toEqual([1]);
    expect((await plugin.handle("a", { operation: "read" })).response?.data).toBe('{"number":2}');
    await plugin.cleanup("a");
    expect(closed).toEqual([1, 2]);
  });
});

describe("a setup that fails", () => {
  test("tells why, and leaves nothing behind", async () => {
    using plugin = await PluginUnderTest.start(async ({ systemView }) => {
      // The connection is made by the first call.
      await systemView.tainted().catch(() => {});
      throw new UserError("option region is missing");
    });
    expect(await plugin.setup("a")).toEqual({ err: "option region is missing" });
    expect((await failureOf(plugin.handle("a", { operation: "read" }))).message).toContain("no backend instance found");
    await plugin.host.allGone();
  });

  test("a defect is named in the log only", async () => {
    using plugin = await PluginUnderTest.start(async () => {
      throw new TypeError("undefined is not an object");
    });
    expect(await plugin.setup("a")).toEqual({ err: "internal error; the server's log names the cause" });
    expect(plugin.logger.lines).toEqual([
      {
        level: "error",
        message: "setting up a mount failed",
        fields: { mount: "uuid-of-a", error: "TypeError: undefined is not an object" },
      },
    ]);
  });

  test("a listener of the host that is not there", async () => {
    using plugin = await PluginUnderTest.start(echo);
    expect(await plugin.setup("a", 99)).toEqual({
      err: "the plugin cannot connect to the services that the server offers to the mount",
    });
    expect(plugin.logger.text()).toContain("no listener 99");
  });

  test("the mount that was there stays", async () => {
    let broken = false;
    using plugin = await PluginUnderTest.start((mount) => {
      if (broken) throw new UserError("no");
      return echo(mount);
    });
    await plugin.mount("a");
    broken = true;
    expect(await plugin.setup("a")).toEqual({ err: "no" });
    expect((await plugin.handle("a", { operation: "read" })).response).toBeDefined();
  });
});

describe("many mounts on one process", () => {
  test("each gets its own requests", async () => {
    using plugin = await PluginUnderTest.start(echo);
    const ids = Array.from({ length: 50 }, (_, index) => `id-${index}`);
    await Promise.all(ids.map((id) => plugin.mount(id)));
    const replies = await Promise.all(
      ids.flatMap((id) => [1, 2, 3].map((turn) => plugin.handle(id, { operation: "read", path: `${id}/${turn}` }))),
    );
    const answered = replies.map(({ response }) => JSON.parse(response?.data ?? ""));
    expect(answered).toEqual(
      ids.flatMap((id) =>
        [1, 2, 3].map((turn) => ({ uuid: `uuid-of-${id}`, operation: "read", path: `${id}/${turn}`, data: {} })),
      ),
    );
  });

  test.each<[string, readonly string[], string]>([
    ["no id", [], "0 values of multiplex_id"],
    ["two ids", ["a", "b"], "2 values of multiplex_id"],
    ["an empty id", [""], "an empty multiplex_id"],
    ["an unknown id", ["b"], "no backend instance found"],
  ])("a call with %s is refused", async (_, ids, problem) => {
    using plugin = await PluginUnderTest.start(echo);
    await plugin.mount("a");
    const { backend } = plugin;
    const args = { storage_id: 0, request: wireRequest({ operation: "read" }) };
    expect((await failureOf(plugin.call(backend.handleRequest.bind(backend), ids, args))).message).toContain(problem);
    expect((await failureOf(plugin.call(backend.type.bind(backend), ids, {}))).message).toContain(problem);
    expect((await failureOf(plugin.call(backend.cleanup.bind(backend), ids, {}))).message).toContain(problem);
    expect(await plugin.handle("a", { operation: "read" })).toBeDefined();
  });

  test("a backend under the id single answers for ids that are unknown", async () => {
    using plugin = await PluginUnderTest.start(echo);
    await plugin.mount("single");
    const { response } = await plugin.handle("other", { operation: "read" });
    expect(JSON.parse(response?.data ?? "")).toMatchObject({ uuid: "uuid-of-single" });
    await plugin.cleanup("other");
    expect((await failureOf(plugin.handle("single", { operation: "read" }))).message).toContain(
      "no backend instance found",
    );
  });

  test("200 mounts come and go without a connection left behind", async () => {
    using plugin = await PluginUnderTest.start(
      (mount) => backendOf({ handle: async () => ({ data: { keys: await mount.storage.list("") } }) }),
      { host: { storage: vaultStorage(new Map([["config", Buffer.alloc(0)]])) } },
    );
    for (let round = 0; round < 20; round++) {
      const ids = Array.from({ length: 10 }, (_, index) => `id-${index}`);
      await Promise.all(ids.map((id) => plugin.mount(id)));
      const replies = await Promise.all(ids.map((id) => plugin.handle(id, { operation: "list" })));
      expect(replies.every(({ response }) => response?.data === '{"keys":["config"]}')).toBeTrue();
      await Promise.all(ids.map((id) => plugin.cleanup(id)));
    }
    await plugin.host.allGone();
  }, 30_000);
});

test("in metadata mode only what describes the plugin is answered", async () => {
  using plugin = await PluginUnderTest.start(echo, { metadataMode: true });
  await plugin.mount("a");
  const { backend } = plugin;
  expect(await plugin.call(backend.type.bind(backend), "a", {})).toEqual({ type: 1 });
  expect(await plugin.call(backend.specialPaths.bind(backend), "a", {})).toBeDefined();
  expect(await plugin.call(plugin.versions.version.bind(plugin.versions), "a", {})).toBeDefined();
  const refusal = "the plugin runs in metadata mode";
  expect((await failureOf(plugin.handle("a", { operation: "read" }))).message).toContain(refusal);
  expect((await failureOf(plugin.exists("a", {}))).message).toContain(refusal);
  expect((await failureOf(plugin.call(backend.initialize.bind(backend), "a", {}))).message).toContain(refusal);
  expect((await failureOf(plugin.call(backend.invalidateKey.bind(backend), "a", { key: "config" }))).message).toContain(
    refusal,
  );
  await plugin.cleanup("a");
});
