import { describe, expect, test } from "bun:test";
import * as grpc from "@grpc/grpc-js";
import { UserError } from "../framework/errors.ts";
import { mayWrite } from "../framework/system-view.ts";
import { brokerConnection } from "../go-plugin/broker-connection.ts";
import { HostCallError, HostClient } from "./host-client.ts";
import { SystemViewClient } from "./system-view-client.ts";
import { failureOf } from "./testing/failure-of.ts";
import { type HostServices, listenAsHost } from "./testing/host-services.ts";

async function seenFrom(systemView: NonNullable<HostServices["systemView"]>) {
  const host = await listenAsHost({ systemView });
  const info = { service_id: 1, network: "tcp", address: host.address, knock: undefined };
  const connection = brokerConnection(info, grpc.credentials.createInsecure());
  const view = new SystemViewClient(new HostClient(connection.client(grpc.Client)));
  const close = () => {
    connection.close();
    host.die();
  };
  return { view, [Symbol.dispose]: close };
}

describe("what a mount asks its host", () => {
  test("leases, the mount's state, the server", async () => {
    using mount = await seenFrom({
      defaultLeaseTtl: (_, answer) => answer(null, { TTL: 2_764_800_000_000_000n }),
      maxLeaseTtl: (_, answer) => answer(null, { TTL: 5_529_600_000_000_000n }),
      tainted: (_, answer) => answer(null, { tainted: true }),
      cachingDisabled: (_, answer) => answer(null, { disabled: true }),
      mlockEnabled: (_, answer) => answer(null, { enabled: true }),
      localMount: (_, answer) => answer(null, { local: true }),
      clusterInfo: (_, answer) => answer(null, { cluster_id: "c-1", cluster_name: "", err: "" }),
      pluginEnv: (_, answer) => {
        const plugin_environment = {
          vault_version: "1.21.0",
          vault_version_prerelease: "",
          vault_version_metadata: "",
          vault_build_date: undefined,
        };
        answer(null, { plugin_environment, err: "" });
      },
    });
    const { view } = mount;
    expect(await view.defaultLeaseTtl()).toBe(2_764_800);
    expect(await view.maxLeaseTtl()).toBe(5_529_600);
    expect(await view.tainted()).toBeTrue();
    expect(await view.cachingDisabled()).toBeTrue();
    expect(await view.mlockEnabled()).toBeTrue();
    expect(await view.localMount()).toBeTrue();
    expect(await view.hostVersion()).toBe("1.21.0");
    expect(await view.clusterId()).toBe("c-1");
  });

  test.each([
    ["Vault, not HA", 12288, false, true],
    ["OpenBao, active", 8224, false, true],
    ["OpenBao, standby", 24576, false, false],
    ["a performance secondary", 64, false, false],
    ["a local mount on a performance secondary", 64, true, true],
    ["a disaster-recovery secondary", 512 | 4096, true, false],
    ["a performance standby", 16384, true, false],
    ["unknown", 0, false, true],
  ])("may a mount write on %s?", async (_, state, local, expected) => {
    using mount = await seenFrom({
      replicationState: (_, answer) => answer(null, { state }),
      localMount: (_, answer) => answer(null, { local }),
    });
    expect(await mayWrite(mount.view)).toBe(expected);
  });

  test("who the caller is", async () => {
    const alias = {
      ID: "a-1",
      name: "ann",
      mount_type: "userpass",
      mount_accessor: "auth_userpass_1",
      metadata: { team: "payments" },
      namespace_id: "root",
      custom_metadata: {},
      local: false,
    };
    const entity = {
      ID: "e-1",
      name: "entity_ann",
      aliases: [alias],
      metadata: { cost: "42" },
      disabled: false,
      namespace_id: "root",
    };
    const group = { ID: "g-1", name: "admins", metadata: { level: "1" }, namespace_id: "root" };
    using mount = await seenFrom({
      entityInfo: ({ request: { entity_id } }, answer) =>
        answer(null, { entity: entity_id === "e-1" ? entity : undefined, err: "" }),
      groupsForEntity: (_, answer) => answer(null, { groups: [group], err: "" }),
    });
    expect(await mount.view.entity("e-1")).toEqual({
      id: "e-1",
      name: "entity_ann",
      disabled: false,
      namespaceId: "root",
      metadata: { cost: "42" },
      aliases: [
        {
          id: "a-1",
          name: "ann",
          mountType: "userpass",
          mountAccessor: "auth_userpass_1",
          metadata: { team: "payments" },
        },
      ],
    });
    expect(await mount.view.entity("e-2")).toBeUndefined();
    expect(await mount.view.groupsOfEntity("e-1")).toEqual([
      { id: "g-1", name: "admins", namespaceId: "root", metadata: { level: "1" } },
    ]);
  });

  test("a root token has no entity, and the host is not asked for it", async () => {
    using mount = await seenFrom({});
    expect(await mount.view.entity("")).toBeUndefined();
    expect(await mount.view.groupsOfEntity("")).toEqual([]);
  });
});

describe("password policies", () => {
  test("a policy's password", async () => {
    using mount = await seenFrom({
      generatePasswordFromPolicy: ({ request: { policy_name } }, answer) =>
        answer(null, { password: `by ${policy_name}` }),
    });
    expect(await mount.view.generatePassword("strong")).toBe("by strong");
  });

  test("a policy's name that nobody would read to the end is cut short", async () => {
    using mount = await seenFrom({
      generatePasswordFromPolicy: (_, answer) => answer({ code: grpc.status.INTERNAL, details: "" }),
    });
    const refused = mount.view.generatePassword("x".repeat(2 ** 20));
    expect((await failureOf(refused)).message.length).toBeLessThan(1500);
  });

  test.each([grpc.status.INVALID_ARGUMENT, grpc.status.INTERNAL])(
    "a policy that does not exist is the caller's mistake (status %p)",
    async (code) => {
      using mount = await seenFrom({
        generatePasswordFromPolicy: (_, answer) => answer({ code, details: "failed to generate password" }),
      });
      const refused = mount.view.generatePassword("strong");
      expect(await failureOf(refused)).toBeInstanceOf(UserError);
      expect((await failureOf(refused)).message).toContain(
        'password policy "strong" generates no password; check that it exists in sys/policies/password and works',
      );
    },
  );

  test("a host that is out of reach is not", async () => {
    using mount = await seenFrom({
      generatePasswordFromPolicy: (_, answer) => answer({ code: grpc.status.UNKNOWN, details: "missing system view" }),
    });
    expect(await failureOf(mount.view.generatePassword("strong"))).toBeInstanceOf(HostCallError);
  });
});

describe("failures name the call", () => {
  test("one that the host does not have", async () => {
    using mount = await seenFrom({});
    expect((await failureOf(mount.view.clusterId())).message).toMatch(/^SystemView\/ClusterInfo: UNIMPLEMENTED: /);
  });

  test("one that the host refuses in its reply", async () => {
    using mount = await seenFrom({
      entityInfo: (_, answer) => answer(null, { entity: undefined, err: "system view is sealed" }),
    });
    expect((await failureOf(mount.view.entity("e-1"))).message).toContain(
      "SystemView/EntityInfo: system view is sealed",
    );
  });
});
