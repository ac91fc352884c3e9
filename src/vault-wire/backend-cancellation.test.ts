import { describe, expect, test } from "bun:test";
import * as grpc from "@grpc/grpc-js";
import { InternalError } from "../framework/errors.ts";
import type { Response } from "../framework/response.ts";
import { failureOf } from "./testing/failure-of.ts";
import { backendOf, PluginUnderTest, wireRequest } from "./testing/plugin-under-test.ts";

describe("what an answer gave out", () => {
  /** A backend that pays no attention to its signal, and a caller who leaves before it answers. */
  async function lost(response: Partial<Response>) {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const takenBack: string[] = [];
    const plugin = await PluginUnderTest.start(() =>
      backendOf({
        handle: async ({ path }) => {
          const takeBack = async () => void takenBack.push(path);
          if (path !== "slow") return { takeBack, ...response };
          started.resolve();
          await finish.promise;
          return { takeBack, ...response };
        },
      }),
    );
    await plugin.mount("a");
    const leave = async () => {
      const args = { storage_id: 0, request: wireRequest({ operation: "read", path: "slow" }) };
      const method = plugin.backend.handleRequest.bind(plugin.backend);
      const reply = plugin.call(method, "a", args, {}, (call) => {
        void started.promise.then(() => call.cancel());
      });
      expect(await failureOf(reply)).toMatchObject({ code: grpc.status.CANCELLED });
      // Comes after the word of the caller's going.
      await plugin.handle("a", { operation: "read", path: "quick" });
      finish.resolve();
      await plugin.cleanup("a");
    };
    return { plugin, takenBack, leave };
  }

  test("is taken back when the caller has left, and not when the caller has it", async () => {
    const { plugin, takenBack, leave } = await lost({});
    using _ = plugin;
    await leave();
    expect(takenBack).toEqual(["slow"]);
    expect(plugin.logger.lines).toEqual([]);
  });

  test("is taken back when the caller leaves before the host has read the answer to its end", async () => {
    const takenBack = Promise.withResolvers<string>();
    using plugin = await PluginUnderTest.start(() =>
      backendOf({ handle: async ({ path }) => ({ takeBack: async () => takenBack.resolve(path) }) }),
    );
    await plugin.mount("a");
    await plugin.giveUpAnswered("a", { operation: "read", path: "quick" });
    expect(await takenBack.promise).toBe("quick");
  });

  test("is missed in the log when that fails, without a word of what it was", async () => {
    const takeBack = () => Promise.reject(new InternalError("the pool is gone"));
    const { plugin, leave } = await lost({ data: { password: "hunter2" }, takeBack });
    using _ = plugin;
    await leave();
    expect(plugin.logger.lines).toMatchObject([
      {
        level: "error",
        message: "what an answer gave out, and nobody got, could not be taken back",
        fields: { operation: "read", path: "slow" },
      },
    ]);
    expect(JSON.stringify(plugin.logger.lines)).not.toContain("hunter2");
  });

  test("is taken back when the answer cannot be written for the host", async () => {
    const { plugin, takenBack } = await lost({ data: { number: Number.NaN } });
    using _ = plugin;
    expect((await plugin.handle("a", { operation: "read", path: "broken" })).err?.err_msg).toContain("internal error");
    expect(takenBack).toEqual(["broken"]);
  });
});

describe("a caller who leaves", () => {
  /** A backend that waits for its signal, then fails with its reason. */
  async function waiting() {
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    const plugin = await PluginUnderTest.start(() =>
      backendOf({
        handle: ({ signal, path }) => {
          if (path === "quick") return Promise.resolve({ data: {} });
          started.resolve();
          return new Promise((_, reject) => {
            signal.addEventListener("abort", () => {
              ended.resolve(signal.reason);
              reject(signal.reason);
            });
          });
        },
      }),
    );
    await plugin.mount("a");
    const args = { storage_id: 0, request: wireRequest({ operation: "read", path: "slow" }) };
    const call = (options: Partial<grpc.CallOptions>, onCall: (call: grpc.ClientUnaryCall) => void = () => {}) =>
      plugin.call(plugin.backend.handleRequest.bind(plugin.backend), "a", args, options, onCall);
    return { plugin, started: started.promise, ended: ended.promise, call };
  }

  test("a cancelled request is told to stop", async () => {
    const { plugin, started, ended, call } = await waiting();
    using _ = plugin;
    let running: grpc.ClientUnaryCall | undefined;
    const reply = call({}, (started) => {
      running = started;
    });
    reply.catch(() => {});
    await started;
    running?.cancel();
    expect(await ended).toMatchObject({ name: "AbortError" });
    expect(await failureOf(reply)).toMatchObject({ code: grpc.status.CANCELLED });
    expect((await plugin.handle("a", { operation: "read", path: "quick" })).response?.data).toBe("{}");
    expect(plugin.logger.lines.every(({ level }) => level === "debug")).toBeTrue();
  });

  test("so is one whose deadline is over", async () => {
    const { plugin, ended, call } = await waiting();
    using _ = plugin;
    expect(await failureOf(call({ deadline: Date.now() + 100 }))).toMatchObject({
      code: grpc.status.DEADLINE_EXCEEDED,
    });
    expect(await ended).toMatchObject({ name: "AbortError" });
    expect((await plugin.handle("a", { operation: "read", path: "quick" })).response?.data).toBe("{}");
  });

  test("so is one whose host dies", async () => {
    const { plugin, started, ended, call } = await waiting();
    using _ = plugin;
    const reply = failureOf(call({}));
    await started;
    plugin.cutHostsConnection();
    expect(await ended).toMatchObject({ name: "AbortError" });
    expect(await reply).toMatchObject({ code: grpc.status.UNAVAILABLE });
    expect((await plugin.handle("a", { operation: "read", path: "quick" })).response?.data).toBe("{}");
  });

  test("the signal of an answered request stays still", async () => {
    const signals: AbortSignal[] = [];
    using plugin = await PluginUnderTest.start(() =>
      backendOf({
        handle: async ({ signal }) => {
          signals.push(signal);
          return { data: {} };
        },
      }),
    );
    await plugin.mount("a");
    await plugin.handle("a", { operation: "read" });
    await plugin.handle("a", { operation: "read" });
    await plugin.cleanup("a");
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });
});
