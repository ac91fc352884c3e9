import { describe, expect, test } from "bun:test";
import { InternalError, RateLimitedError, ReadOnlyError, UserError } from "../framework/errors.ts";
import type { Response } from "../framework/response.ts";
import { backendOf, PluginUnderTest } from "./testing/plugin-under-test.ts";
import { readAsHost } from "./testing/read-as-host.ts";

const general = "internal error; the server's log names the cause";

/** A plugin with one mount, "a", whose backend throws what it is told, or answers it. */
async function failing(behaviour: () => unknown) {
  const plugin = await PluginUnderTest.start(() =>
    backendOf({
      handle: async () => behaviour() as Response | undefined,
      exists: async () => behaviour() as boolean,
      initialize: async () => {
        await behaviour();
      },
    }),
  );
  await plugin.mount("a");
  return plugin;
}

const throwing = (thrown: unknown) => () => {
  throw thrown;
};

describe("a failure reaches the caller as a sentence and the log once", () => {
  test("the caller's mistake is not logged", async () => {
    using plugin = await failing(throwing(new UserError("ttl is longer than max_ttl")));
    expect(readAsHost(await plugin.handle("a", { operation: "update" }))).toEqual({
      status: 400,
      error: "ttl is longer than max_ttl",
    });
    expect((await plugin.exists("a", {})).err).toMatchObject({ err_type: 1, err_msg: "ttl is longer than max_ttl" });
    expect(plugin.logger.lines).toEqual([]);
  });

  test("a failure of ours, with its cause", async () => {
    const cause = Object.assign(new Error("getaddrinfo failed"), { code: "ENOTFOUND" });
    using plugin = await failing(throwing(new InternalError("AdminGetUser failed: network", { cause })));
    const request = { id: "r-1", operation: "read", path: "creds/app", mount_point: "cognito/" };
    expect(readAsHost(await plugin.handle("a", request))).toEqual({
      status: 500,
      error: "AdminGetUser failed: network",
    });
    expect(plugin.logger.lines).toEqual([
      {
        level: "error",
        message: "a request failed",
        fields: {
          mount: "uuid-of-a",
          operation: "read",
          path: "creds/app",
          mount_point: "cognito/",
          request_id: "r-1",
          error: "InternalError: AdminGetUser failed: network; caused by Error (ENOTFOUND): getaddrinfo failed",
        },
      },
    ]);
  });

  test("a path as long as a caller likes is cut in the log", async () => {
    using plugin = await failing(throwing(new InternalError("no such path")));
    await plugin.handle("a", { operation: "read", path: "x".repeat(10_000), mount_point: "y".repeat(10_000) });
    expect(plugin.logger.lines).toMatchObject([{ fields: { path: "x".repeat(256), mount_point: "y".repeat(256) } }]);
  });

  test("throttling is a warning", async () => {
    using plugin = await failing(throwing(new RateLimitedError("Cognito refuses further requests for now")));
    expect(readAsHost(await plugin.handle("a", { operation: "read" })).status).toBe(502);
    expect(plugin.logger.lines).toMatchObject([{ level: "warn" }]);
  });

  test("a standby's refusal is for the host, not for the log", async () => {
    using plugin = await failing(throwing(new ReadOnlyError()));
    const { response, err } = await plugin.handle("a", { operation: "update" });
    expect({ response, err }).toEqual({
      response: undefined,
      err: { err_type: 0, err_msg: "cannot write to readonly storage", err_code: 0n },
    });
    expect(plugin.logger.lines).toEqual([]);
  });

  test("a failed initialization", async () => {
    using plugin = await failing(throwing(new Error("hunter2's defect")));
    const { err } = await plugin.call(plugin.backend.initialize.bind(plugin.backend), "a", {});
    expect(err).toEqual({ err_type: 0, err_msg: general, err_code: 0n });
    expect(plugin.logger.lines).toMatchObject([{ level: "error", message: "initializing failed" }]);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const secret = (ttl: number) => ({ internal: {}, lease: { ttl, maxTtl: 0, renewable: false } });
  test.each<[string, () => unknown]>([
    ["an error", throwing(new TypeError("x is undefined"))],
    ["a text", throwing("hunter2")],
    ["undefined", throwing(undefined)],
    ["null", throwing(null)],
    ["an object with a password", throwing({ password: "hunter2" })],
    ["a rejection", () => Promise.reject(new Error("later"))],
    [
      "an endless recursion",
      function recurse(): unknown {
        return [recurse()];
      },
    ],
    ["a bigint in the answer", () => ({ data: { n: 1n } })],
    ["an answer that contains itself", () => ({ data: cyclic })],
    ["NaN in the answer", () => ({ data: { n: Number.NaN } })],
    ["a negative ttl", () => ({ data: {}, secret: secret(-1) })],
    ["a ttl that is no number", () => ({ data: {}, secret: secret(Number.NaN) })],
    ["an answer that is a text", () => "hunter2"],
    ["an answer that is null", () => null],
    [
      "an answer whose data throws",
      () => ({
        get data() {
          throw new Error("getter");
        },
      }),
    ],
  ])("a defect harms nobody else: %s", async (_, behaviour) => {
    let broken = true;
    using plugin = await failing(() => (broken ? behaviour() : { data: { fine: true } }));
    for (const operation of ["read", "update", "renew", "revoke", "rollback"]) {
      expect(readAsHost(await plugin.handle("a", { operation }))).toEqual({ status: 500, error: general });
    }
    expect(plugin.logger.lines).toHaveLength(5);
    expect(plugin.logger.lines.every(({ level }) => level === "error")).toBeTrue();
    expect(plugin.logger.text()).not.toContain("hunter2");
    broken = false;
    expect((await plugin.handle("a", { operation: "read" })).response?.data).toBe('{"fine":true}');
  });

  test("a ttl beyond all measure is left to the host to cap: the credentials exist by then", async () => {
    using plugin = await failing(() => ({ data: {}, secret: secret(1e12) }));
    const { response } = await plugin.handle("a", { operation: "read" });
    expect(response?.secret?.lease_options?.TTL).toBe(2n ** 63n - 1n);
  });
});
