import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../framework/index.ts";
import { putJson } from "../framework/storage.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";

/**
 * What the tests of the Go plugin (path_roles_test.go, path_creds_test.go, path_config_test.go) ask of it, asked of this engine. Its
 * roles of "aa" and "bb" are refused here when they are written, so they are told with values that could work; stored ones stay
 * readable, as the last test shows. Answers may hold more than the Go plugin's.
 */
describe("as the Go plugin's own tests have it", () => {
  test("a grant is written, read back without its secret, and written over", async () => {
    await using world = await mountedCognito();
    const first = { ...world.machineRole, cognito_pool_domain: "aa.example.com", app_client_secret: "aaa" };
    const second = { ...world.machineRole, cognito_pool_domain: "bb.example.com", app_client_secret: "bbb" };
    for (const { app_client_secret, ...shown } of [first, second]) {
      await world.mount.write("roles/grant", { ...shown, app_client_secret });
      const { data } = await world.mount.read("roles/grant");
      expect(data).toMatchObject(shown);
      expect(data).not.toHaveProperty("app_client_secret");
    }
  });

  test("a user role is written, read back, and written over", async () => {
    await using world = await mountedCognito();
    const first = { ...world.userRole, ttl: 0, max_ttl: 0 };
    const second = {
      credential_type: "user",
      region: "eu-central-1",
      app_client_id: "bbb",
      user_pool_id: "eu-central-1_bbbb",
      group: "bbbbb",
      dummy_email_domain: "bbbbbb.example",
      ttl: 300,
      max_ttl: 3000,
    };
    for (const role of [first, second]) {
      await world.mount.write("roles/user", role);
      expect((await world.mount.read("roles/user")).data).toMatchObject(role);
    }
  });

  test("durations that were never given are 0", async () => {
    await using world = await mountedCognito();
    const { ttl: _, max_ttl: __, ...role } = world.userRole;
    await world.mount.write("roles/user", role);
    expect((await world.mount.read("roles/user")).data).toMatchObject({ ...role, ttl: 0, max_ttl: 0 });
  });

  test.each([
    [5, 10, true],
    [5, undefined, true],
    [undefined, 10, true],
    [100, 100, true],
    [101, 100, false],
    [101, 0, true],
  ])("a new role with ttl %p and max_ttl %p is taken: %p", async (ttl, max_ttl, isTaken) => {
    await using world = await mountedCognito();
    const { ttl: _, max_ttl: __, ...role } = world.userRole;
    const durations = { ...(ttl === undefined ? {} : { ttl }), ...(max_ttl === undefined ? {} : { max_ttl }) };
    const written = world.mount.write("roles/user", { ...role, ...durations });
    if (isTaken) await written;
    else await expect(written).rejects.toThrow("ttl cannot be greater than max_ttl");
  });

  test("no roles are listed without a key; roles are listed until they are deleted", async () => {
    await using world = await mountedCognito();
    const { mount } = world;
    expect(await mount.list("roles")).toEqual([]);
    for (const name of ["r1", "r2", "r3"]) await mount.write(`roles/${name}`, world.machineRole);
    expect([...(await mount.list("roles"))].sort()).toEqual(["r1", "r2", "r3"]);
    await mount.delete("roles/r2");
    expect([...(await mount.list("roles"))].sort()).toEqual(["r1", "r3"]);
  });

  test("deleting one of two roles leaves the other, and deleting one that is not there does nothing", async () => {
    await using world = await mountedCognito();
    const { mount } = world;
    for (const name of ["test_role", "test_role_alt"]) await mount.write(`roles/${name}`, world.machineRole);
    await mount.delete("roles/test_role");
    expect((await mount.read("roles/test_role")).data).toEqual({});
    expect((await mount.read("roles/test_role_alt")).data).not.toEqual({});
    expect((await mount.delete("roles/not_a_role")).data).toEqual({});
  });

  test("a config write with fields that are none of config's is taken", async () => {
    await using world = await mountedCognito();
    const strange = { cognito_pool_domain: "a", app_client_id: "b", app_client_secret: "c" };
    await world.mount.write("config", strange);
    expect((await world.mount.read("config")).data).not.toHaveProperty("app_client_id");
  });

  test("a role without a type is a grant, and its token comes with its life and type", async () => {
    await using world = await mountedCognito();
    const { credential_type: _, ...role } = world.machineRole;
    await world.mount.write("roles/grant", role);
    const { data, lease } = await world.mount.read("creds/grant");
    expect(data).toEqual({ access_token: expect.stringMatching(/^eyJ/), expires_in: 3600, token_type: "Bearer" });
    expect(lease).toBeUndefined();
  });

  test("a user comes with name and password, under a lease of the role's durations of now", async () => {
    await using world = await mountedCognito();
    const { mount } = world;
    const { ttl: _, max_ttl: __, ...role } = world.userRole;
    await mount.write("roles/user", role);
    const unlimited = await mount.read("creds/user");
    expect(unlimited.data).toMatchObject({ username: expect.any(String), password: expect.any(String) });
    expect(unlimited.lease?.lease).toMatchObject({ ttl: 0, maxTtl: 0 });
    await mount.write("roles/user", { ttl: 20, max_ttl: 30 });
    expect((await mount.read("creds/user")).lease?.lease).toMatchObject({ ttl: 20, maxTtl: 30 });
  });

  test("what its tests write is refused here, each with the field that is wrong; stored, it can be read", async () => {
    await using world = await mountedCognito();
    const { mount } = world;
    const user = { credential_type: "user", region: "aa", app_client_id: "aaa", user_pool_id: "aaaa", group: "aaaaa" };
    const sparse: readonly [JsonObject, string][] = [
      [{ cognito_pool_domain: "aa", app_client_secret: "aaa" }, "needs app_client_id"],
      [{ cognito_pool_domain: "aa" }, "needs app_client_id, app_client_secret"],
      [
        { app_client_id: "my id", app_client_secret: "my secret", cognito_pool_domain: "my url" },
        "cognito_pool_domain",
      ],
      [{ ...user, dummy_email_domain: "aaaaaa" }, "region"],
      [
        { credential_type: "user" },
        "needs user_pool_id, dummy_email_domain (or username_template), app_client_id (or issue_tokens=false)",
      ],
    ];
    for (const [role, reason] of sparse) {
      await expect(mount.write("roles/sparse", role)).rejects.toThrow(reason);
      const stored: JsonObject = { credential_type: "client_credentials_grant", ...role };
      await putJson(mount.storage, "roles/sparse", stored);
      await mount.invalidate("roles/sparse");
      const shown = Object.fromEntries(Object.entries(stored).filter(([name]) => name !== "app_client_secret"));
      expect((await mount.read("roles/sparse")).data).toMatchObject(shown);
      await mount.delete("roles/sparse");
    }
  });
});
