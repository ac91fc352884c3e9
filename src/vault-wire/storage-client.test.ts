import { describe, expect, test } from "bun:test";
import * as grpc from "@grpc/grpc-js";
import fc from "fast-check";
import { ReadOnlyError, UserError } from "../framework/errors.ts";
import { brokerConnection } from "../go-plugin/broker-connection.ts";
import { HostClient } from "./host-client.ts";
import { StorageClient } from "./storage-client.ts";
import { failureOf } from "./testing/failure-of.ts";
import { type HostServices, listenAsHost, openBaoStorage, vaultStorage } from "./testing/host-services.ts";

async function connected(services: HostServices, callLimit?: number) {
  const host = await listenAsHost(services);
  const info = { service_id: 1, network: "tcp", address: host.address, knock: undefined };
  const connection = brokerConnection(info, grpc.credentials.createInsecure());
  const storage = new StorageClient(new HostClient(connection.client(grpc.Client), callLimit));
  const close = () => {
    connection.close();
    host.die();
  };
  return { host, connection, storage, [Symbol.dispose]: close };
}

const text = (value: string) => new TextEncoder().encode(value);

describe.each([
  ["Vault", vaultStorage],
  ["OpenBao", openBaoStorage],
])("a mount's storage on %s", (_, storageOf) => {
  test("gives back what was put, until it is deleted", async () => {
    using mount = await connected({ storage: storageOf(new Map()) });
    const { storage } = mount;
    expect(await storage.get("config")).toBeUndefined();
    await storage.put({ key: "config", value: text('{"region":"eu-west-1"}\n') });
    const entry = await storage.get("config");
    expect(entry?.key).toBe("config");
    expect(entry?.value).toEqual(text('{"region":"eu-west-1"}\n'));
    await storage.delete("config");
    await storage.delete("config");
    expect(await storage.get("config")).toBeUndefined();
  });

  test("keeps any bytes under any key", async () => {
    using mount = await connected({ storage: storageOf(new Map()) });
    const { storage } = mount;
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: "grapheme" }), fc.uint8Array(), async (key, value) => {
        await storage.put({ key, value });
        expect((await storage.get(key))?.value).toEqual(value);
      }),
      { numRuns: 30 },
    );
  });

  test("leaves other errors their stacks", async () => {
    using mount = await connected({ storage: storageOf(new Map()) });
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 7;
    const asked = mount.storage.get("config");
    expect(Error.stackTraceLimit).toBe(7);
    Error.stackTraceLimit = limit;
    await asked;
  });

  test("writes only the bytes of a view into a larger buffer", async () => {
    const entries = new Map<string, Buffer>();
    using mount = await connected({ storage: storageOf(entries) });
    await mount.storage.put({ key: "part", value: text("secret:visible:secret").subarray(7, 14) });
    expect(entries.get("part")?.toString()).toBe("visible");
  });

  test("lists the children of a folder, whole and in pages", async () => {
    const keys = ["roles/c", "roles/a", "roles/b/deep", "roles/b/deeper", "config"];
    using mount = await connected({ storage: storageOf(new Map(keys.map((key) => [key, Buffer.alloc(0)]))) });
    const { storage } = mount;
    expect(await storage.list("")).toEqual(["config", "roles/"]);
    expect(await storage.list("roles/")).toEqual(["a", "b/", "c"]);
    expect(await storage.list("roles/", { limit: 2 })).toEqual(["a", "b/"]);
    expect(await storage.list("roles/", { after: "a" })).toEqual(["b/", "c"]);
    expect(await storage.list("roles/", { after: "a", limit: 1 })).toEqual(["b/"]);
    expect(await storage.list("roles/", { after: "c", limit: 1 })).toEqual([]);
    expect(await storage.list("roles/", { limit: 2 ** 31 })).toEqual(["a", "b/", "c"]);
    expect(await storage.list("none/")).toEqual([]);
  });
});

describe("what a host refuses", () => {
  test("a write on a standby is a ReadOnlyError, even when the host wraps its text", async () => {
    const err = "failed to persist: cannot write to readonly storage";
    using mount = await connected({
      storage: { put: (_, answer) => answer(null, { err }), delete: (_, answer) => answer(null, { err }) },
    });
    expect(await failureOf(mount.storage.put({ key: "config", value: text("x") }))).toBeInstanceOf(ReadOnlyError);
    expect(await failureOf(mount.storage.delete("config"))).toBeInstanceOf(ReadOnlyError);
  });

  test("a key with two dots is the caller's mistake", async () => {
    const err = "relative paths not supported";
    using mount = await connected({ storage: { get: (_, answer) => answer(null, { entry: undefined, err }) } });
    const failure = await failureOf(mount.storage.get("roles/a..b"));
    expect(failure).toBeInstanceOf(UserError);
    expect(failure.message).toBe("relative paths not supported: a name must not contain '..'");
  });

  test("any other refusal comes with the host's text and the call, without the value", async () => {
    using mount = await connected({
      storage: { put: (_, answer) => answer(null, { err: "cannot write to storage during setup" }) },
    });
    const put = mount.storage.put({ key: "config", value: text("hunter2") });
    expect((await failureOf(put)).message).toMatch(/^Storage\/Put: cannot write to storage during setup$/);
  });

  test("while the plugin is only registered there is no storage", async () => {
    const details = "missing storage implementation: this method should not be called during plugin Setup";
    using mount = await connected({ storage: { get: (_, answer) => answer({ code: 2, details }) } });
    expect((await failureOf(mount.storage.get("config"))).message).toContain(`Storage/Get: UNKNOWN: ${details}`);
  });

  test("a seal-wrapped entry is asked for as such, and told as such", async () => {
    let asked: boolean | undefined;
    const entry = { key: "config", value: Buffer.from("x"), seal_wrap: true };
    using mount = await connected({
      storage: {
        put: ({ request }, answer) => {
          asked = request.entry?.seal_wrap;
          answer(null, { err: "" });
        },
        get: (_, answer) => answer(null, { entry, err: "" }),
      },
    });
    await mount.storage.put({ key: "config", value: text("x"), sealWrap: true });
    expect(asked).toBeTrue();
    expect((await mount.storage.get("config"))?.sealWrap).toBeTrue();
    await mount.storage.put({ key: "config", value: text("x") });
    expect(asked).toBeFalse();
  });

  test("a host without pages is asked for one only once", async () => {
    let attempts = 0;
    using mount = await connected({
      storage: {
        list: (_, answer) => answer(null, { keys: ["b", "a", "c"], err: "" }),
        listPage: (_, answer) => {
          attempts++;
          answer({ code: grpc.status.UNIMPLEMENTED });
        },
      },
    });
    for (let turn = 0; turn < 3; turn++) expect(await mount.storage.list("", { limit: 2 })).toEqual(["a", "b"]);
    expect(attempts).toBe(1);
  });

  test("a page that fails is not taken for a host without pages", async () => {
    using mount = await connected({
      storage: {
        list: (_, answer) => answer(null, { keys: ["a"], err: "" }),
        listPage: (_, answer) => answer(null, { keys: [], err: "context canceled" }),
      },
    });
    expect((await failureOf(mount.storage.list("", { limit: 2 }))).message).toContain(
      "Storage/ListPage: context canceled",
    );
  });
});

describe("a host that is no longer there", () => {
  test("a call that it never answers is given up", async () => {
    using mount = await connected({ storage: { get: () => {} } }, 50);
    expect((await failureOf(mount.storage.get("config"))).message).toMatch(/^Storage\/Get: DEADLINE_EXCEEDED/);
  });

  test("a call that runs while it dies fails", async () => {
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
    using mount = await connected({ storage: { get: () => onAsked() } });
    const call = mount.storage.get("config");
    call.catch(() => {});
    await asked;
    mount.host.die();
    expect((await failureOf(call)).message).toMatch(/^Storage\/Get: (UNAVAILABLE|CANCELLED|INTERNAL|UNKNOWN)/);
    expect((await failureOf(mount.storage.get("config"))).message).toMatch(/^Storage\/Get: UNAVAILABLE/);
  });

  test("a call after the mount was closed fails at once", async () => {
    using mount = await connected({ storage: vaultStorage(new Map()) });
    await mount.storage.list("");
    mount.connection.close();
    expect((await failureOf(mount.storage.get("config"))).message).toMatch(/^Storage\/Get: /);
  });
});
