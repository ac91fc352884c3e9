import { expect, test } from "bun:test";
import { mountedCognito } from "./testing/mounted-cognito.ts";

test("a user role reads back as it was written, in seconds, and is stored as the older plugin stores it", async () => {
  await using world = await mountedCognito();
  const { mount, userRole, userPool } = world;
  await mount.write("roles/App", userRole);
  expect((await mount.read("roles/app")).data).toEqual({
    credential_type: "user",
    region: "eu-west-1",
    app_client_id: "appclient",
    secret_hash: false,
    user_pool_id: userPool.id,
    group: "readers",
    groups: [],
    dummy_email_domain: "example.com",
    attributes: {},
    username_template: "",
    password_policy: "",
    password_length: 32,
    auth_flow: "ADMIN_USER_PASSWORD_AUTH",
    issue_tokens: true,
    ttl: 3600,
    max_ttl: 86_400,
  });
  expect(mount.storage.contents()["roles/app"]).toEqual({
    credential_type: "user",
    cognito_pool_domain: "",
    app_client_secret: "",
    region: "eu-west-1",
    app_client_id: "appclient",
    user_pool_id: userPool.id,
    group: "readers",
    dummy_email_domain: "example.com",
    ttl: 3_600_000_000_000,
    max_ttl: 86_400_000_000_000,
    auth_flow: "ADMIN_USER_PASSWORD_AUTH",
  });
});

test("a grant is the default, and its secret is never returned", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole, emulator } = world;
  const { credential_type, ...withoutType } = machineRole;
  await mount.write("roles/machine", withoutType);
  expect((await mount.read("roles/machine")).data).toEqual({
    credential_type,
    app_client_id: "machine",
    cognito_pool_domain: emulator.url,
    scopes: [],
    auth_style: "in_header",
    cache_tokens: false,
    minimum_seconds: 10,
    token_lease: false,
  });
});

test("a write changes what it gives; an empty value clears", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/app", userRole);
  await mount.write("roles/app", { group: "", ttl: "30m" });
  expect((await mount.read("roles/app")).data).toMatchObject({ group: "", ttl: 1800, max_ttl: 86_400 });
});

test("roles are listed, deleted, and missing ones are missing", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole } = world;
  expect(await mount.list("roles")).toEqual([]);
  for (const name of ["b", "a.x", "c-1"]) await mount.write(`roles/${name}`, machineRole);
  expect(await mount.list("roles")).toEqual(["a.x", "b", "c-1"]);
  await mount.delete("roles/b");
  await mount.delete("roles/b");
  expect(await mount.list("roles")).toEqual(["a.x", "c-1"]);
  expect((await mount.read("roles/b")).data).toEqual({});
});

test("a list comes in pages for who asks for them", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole } = world;
  for (const name of ["a", "b", "c"]) await mount.write(`roles/${name}`, machineRole);
  expect(await mount.list("roles", { limit: 2 })).toEqual(["a", "b"]);
  expect(await mount.list("roles", { after: "B", limit: "2" })).toEqual(["c"]);
  expect(await mount.list("roles", { after: "aa" })).toEqual(["b", "c"]);
  expect(await mount.list("roles", { after: "c" })).toEqual([]);
  expect(await mount.list("roles", { after: "", limit: -1 })).toEqual(["a", "b", "c"]);
});

test("roles and config are wrapped by the seal", async () => {
  await using world = await mountedCognito();
  expect(world.mount.backend.specialPaths.sealWrapStorage).toEqual(["config", "roles/"]);
});

test("a role is read from storage once, and again when it was changed here or on another node", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/app", userRole);
  const lease = async () => (await mount.read("creds/app")).lease?.lease.ttl;
  expect(await lease()).toBe(3600);
  const stored = mount.storage.contents()["roles/app"] as Record<string, unknown>;
  const elsewhere = new TextEncoder().encode(JSON.stringify({ ...stored, ttl: 60_000_000_000 }));
  await mount.storage.put({ key: "roles/app", value: elsewhere });
  expect(await lease()).toBe(3600);
  await mount.invalidate("roles/app");
  expect(await lease()).toBe(60);
  await mount.write("roles/app", { ttl: "2m" });
  expect(await lease()).toBe(120);
  await mount.delete("roles/app");
  await expect(mount.read("creds/app")).rejects.toThrow("role 'app' does not exist");
});

test("a role is read from storage each time where the host has caching disabled", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  mount.systemView.isCachingDisabled = true;
  await mount.write("roles/app", userRole);
  await mount.read("roles/app");
  const stored = mount.storage.contents()["roles/app"] as Record<string, unknown>;
  const elsewhere = new TextEncoder().encode(JSON.stringify({ ...stored, group: "writers" }));
  await mount.storage.put({ key: "roles/app", value: elsewhere });
  expect((await mount.read("roles/app")).data.group).toBe("writers");
});

test("a change of a role is made of what is stored, whatever was read before", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole } = world;
  const { app_client_secret: _, ...withoutSecret } = machineRole;
  await mount.write("roles/machine", machineRole);
  await mount.read("roles/machine");
  const stored = mount.storage.contents()["roles/machine"] as Record<string, unknown>;
  const elsewhere = new TextEncoder().encode(JSON.stringify({ ...stored, cognito_pool_domain: "other.example.com" }));
  await mount.storage.put({ key: "roles/machine", value: elsewhere });
  await expect(mount.write("roles/machine", withoutSecret)).rejects.toThrow(
    "needs app_client_secret in the same write",
  );
});

test("of changes that meet each is made of the one before: none is lost, and nothing that was deleted comes back", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/app", userRole);
  const changes = { group: "writers", groups: ["readers"], dummy_email_domain: "example.org", ttl: 60, max_ttl: 600 };
  await Promise.all(Object.entries(changes).map(([name, value]) => mount.write("roles/app", { [name]: value })));
  expect((await mount.read("roles/app")).data).toMatchObject(changes);

  const [deleted, updated] = await Promise.allSettled([
    mount.delete("roles/app"),
    mount.write("roles/app", { ttl: 61 }),
  ]);
  expect(deleted.status).toBe("fulfilled");
  expect(updated).toMatchObject({ reason: { message: expect.stringContaining("was deleted while it was updated") } });
  expect(await mount.list("roles")).toEqual([]);
});

test("a change that waits for another is not made for a caller who has gone", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/app", userRole);
  const caller = new AbortController();
  const first = mount.write("roles/app", { ttl: 60 });
  const second = mount.write("roles/app", { ttl: 61 }, { signal: caller.signal });
  caller.abort();
  await first;
  await expect(second).rejects.toThrow("aborted");
  await mount.write("roles/app", { group: "writers" });
  expect((await mount.read("roles/app")).data).toMatchObject({ ttl: 60, group: "writers" });
});
