import { describe, expect, test } from "bun:test";
import { setImmediate as turn } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import type { Backend } from "../framework/backend.ts";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { RecordingLogger } from "../framework/testing/recording-logger.ts";
import { Mounts } from "./mounts.ts";
import { failureOf } from "./testing/failure-of.ts";
import { vaultStorage } from "./testing/host-services.ts";
import { backendOf, PluginUnderTest } from "./testing/plugin-under-test.ts";
import { readAsHost } from "./testing/read-as-host.ts";
import { generalSentence } from "./translate-error.ts";

describe("a mount that is closed under way", () => {
  test("what runs is told to stop, may still use the storage, and ends before the backend cleans up", async () => {
    const order: string[] = [];
    const started = Promise.withResolvers<void>();
    using plugin = await PluginUnderTest.start(
      (mount) =>
        backendOf({
          handle: async ({ signal }) => {
            started.resolve();
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
            await mount.storage.delete("wal/1");
            order.push("request ended");
            throw signal.reason;
          },
          cleanup: async () => {
            order.push("cleaned up");
          },
        }),
      { host: { storage: vaultStorage(new Map([["wal/1", Buffer.alloc(0)]])) } },
    );
    await plugin.mount("a");
    const running = plugin.handle("a", { operation: "read" });
    await started.promise;
    await plugin.cleanup("a");
    expect(order).toEqual(["request ended", "cleaned up"]);
    expect(readAsHost(await running)).toEqual({ status: 500, error: generalSentence });
    await plugin.host.allGone();
  });

  test("what an answer gave out, and nobody got, is taken back before the backend cleans up", async () => {
    const order: string[] = [];
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const takeBack = async () => {
      started.resolve();
      await gate.promise;
      order.push("taken back");
    };
    using plugin = await PluginUnderTest.start(() =>
      backendOf({ handle: async () => ({ takeBack }), cleanup: async () => void order.push("cleaned up") }),
    );
    await plugin.mount("a");
    await plugin.giveUpAnswered("a", { operation: "read" });
    await started.promise;
    const cleanup = plugin.cleanup("a");
    // Comes after the cleanup on the same connection.
    await failureOf(plugin.handle("a", { operation: "read" }));
    gate.resolve();
    await cleanup;
    expect(order).toEqual(["taken back", "cleaned up"]);
  });

  test("is not said to be late when it was not", async () => {
    const clock = new ManualClock();
    using plugin = await PluginUnderTest.start(() => backendOf({}), { clock });
    await plugin.mount("a");
    await plugin.cleanup("a");
    clock.advance({ minutes: 1 });
    await turn();
    expect(plugin.logger.lines).toEqual([]);
  });

  test("so does what runs in every mount when the host stops the process", async () => {
    const ended: string[] = [];
    const started = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    using plugin = await PluginUnderTest.start(() =>
      backendOf({
        handle: async ({ path, signal }) => {
          started[Number(path)]?.resolve();
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          await Bun.sleep(1);
          ended.push(path);
          throw signal.reason;
        },
      }),
    );
    for (const id of ["a", "b"]) await plugin.mount(id);
    const running = ["a", "b"].map((id, index) => plugin.handle(id, { operation: "read", path: String(index) }));
    for (const { promise } of started) await promise;
    await plugin.endWork();
    expect(ended.sort()).toEqual(["0", "1"]);
    await Promise.all(running);
  });

  test("neither a request nor a backend that never ends holds the host up", async () => {
    const clock = new ManualClock();
    const started = Promise.withResolvers<void>();
    using plugin = await PluginUnderTest.start(
      () =>
        backendOf({
          handle: () => {
            started.resolve();
            return new Promise(() => {});
          },
          cleanup: () => new Promise(() => {}),
        }),
      { clock },
    );
    await plugin.mount("a");
    plugin.handle("a", { operation: "read" }).catch(() => {});
    await started.promise;
    await clock.settle(plugin.cleanup("a"));
    expect(plugin.logger.lines.map(({ message }) => message)).toEqual([
      "closing the mount although requests still run",
      "closing the mount although the backend still cleans up",
    ]);
    await plugin.host.allGone();
  });

  test("a backend that fails to clean up is gone all the same", async () => {
    using plugin = await PluginUnderTest.start(() =>
      backendOf({
        cleanup: () => {
          throw new Error("socket already closed");
        },
      }),
    );
    await plugin.mount("a");
    expect(await plugin.cleanup("a")).toEqual({});
    expect(plugin.logger.lines).toMatchObject([{ level: "error", message: "cleaning up failed" }]);
    expect((await failureOf(plugin.handle("a", { operation: "read" }))).message).toContain("no backend instance found");
  });

  test("a cleanup during a setup ends the setup, and what it makes afterwards is cleaned up", async () => {
    const factoryCalled = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const cleaned = Promise.withResolvers<void>();
    using plugin = await PluginUnderTest.start(async () => {
      factoryCalled.resolve();
      await gate.promise;
      return backendOf({ cleanup: async () => cleaned.resolve() });
    });
    const setup = plugin.setup("a");
    await factoryCalled.promise;
    await plugin.cleanup("a");
    expect((await setup).err).not.toBe("");
    gate.resolve();
    await cleaned.promise;
    expect((await failureOf(plugin.handle("a", { operation: "read" }))).message).toContain("no backend instance found");
    await plugin.host.allGone();
  });

  test("a cleanup about the very moment in which the backend is ready leaves none", async () => {
    const connection = { client: () => ({}) as never, close: () => undefined };
    const parts = { version: "1.2.3", clock: new ManualClock(), logger: new RecordingLogger() };
    for (let steps = 0; steps < 10; steps += 1) {
      const making = Promise.withResolvers<Backend>();
      const cleaned = Promise.withResolvers<void>();
      const mounts = new Mounts({ broker: { dial: async () => connection }, factory: () => making.promise, ...parts });
      const setup = mounts.setUp("a", { broker_id: 1, Config: {}, backendUUID: "" }, new AbortController());
      await turn();
      making.resolve(backendOf({ cleanup: async () => cleaned.resolve() }));
      for (let step = 0; step < steps; step += 1) await undefined;
      await mounts.cleanUp("a");
      await setup;
      expect(() => mounts.find("a")).toThrow("no backend instance found");
      await cleaned.promise;
    }
  });

  test("a setup that the host gives up leaves no backend", async () => {
    const factoryCalled = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const cleaned = Promise.withResolvers<void>();
    using plugin = await PluginUnderTest.start(async () => {
      factoryCalled.resolve();
      await gate.promise;
      return backendOf({ cleanup: async () => cleaned.resolve() });
    });
    let running: grpc.ClientUnaryCall | undefined;
    const { backend } = plugin;
    const setup = plugin.call(
      backend.setup.bind(backend),
      "a",
      { broker_id: 1, Config: {}, backendUUID: "" },
      {},
      (call) => {
        running = call;
      },
    );
    setup.catch(() => {});
    await factoryCalled.promise;
    running?.cancel();
    expect(await failureOf(setup)).toMatchObject({ code: grpc.status.CANCELLED });
    // Comes after the cancellation on the same connection: once it is answered, the plugin knows of both.
    await failureOf(plugin.handle("other", { operation: "read" }));
    gate.resolve();
    await cleaned.promise;
    expect((await failureOf(plugin.handle("a", { operation: "read" }))).message).toContain("no backend instance found");
  });

  test("setups, requests and cleanups of few ids in any order leave no backend and no connection", async () => {
    let alive = 0;
    using plugin = await PluginUnderTest.start(
      async (mount) => {
        alive++;
        await Promise.resolve();
        return backendOf({
          handle: async () => ({ data: { keys: await mount.storage.list("") } }),
          cleanup: async () => {
            alive--;
          },
        });
      },
      { host: { storage: vaultStorage(new Map()) } },
    );
    const ids = ["a", "b", "c"];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) => {
        const id = ids[index % 3] ?? "a";
        if (index % 7 === 0) return plugin.cleanup(id);
        return index % 2 === 0 ? plugin.setup(id) : plugin.handle(id, { operation: "list" });
      }),
    );
    expect(outcomes).toHaveLength(300);
    await Promise.allSettled(ids.map((id) => plugin.cleanup(id)));
    for (const id of ids) {
      expect((await failureOf(plugin.handle(id, { operation: "list" }))).message).toContain(
        "no backend instance found",
      );
    }
    expect(alive).toBe(0);
    await plugin.host.allGone();
  }, 30_000);
});
