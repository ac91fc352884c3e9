import { expect, test } from "bun:test";
import { UserError } from "../framework/index.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";

test("a client secret stays with its app client, and users sign in with it where a grant did", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole, userRole, userPool } = world;
  const secret = userPool.client("secretclient").secret as string;
  const { app_client_id: _, ...user } = userRole;
  await mount.write("roles/app", { ...machineRole, app_client_id: "secretclient", app_client_secret: secret });
  await mount.write("roles/app", user);
  expect((await mount.read("roles/app")).data).toMatchObject({ app_client_id: "secretclient", secret_hash: true });
  await mount.revoke(await mount.read("creds/app"));

  const before = mount.storage.contents();
  const { app_client_secret: __, ...otherGrant } = machineRole;
  const sentence = "changing app_client_id needs app_client_secret in the same write: the new app client's";
  await expect(mount.write("roles/app", { app_client_id: "appclient" })).rejects.toThrow(
    new UserError(`${sentence}, or an empty one if it has none`),
  );
  await expect(mount.write("roles/app", otherGrant)).rejects.toThrow(new UserError(sentence));
  expect(mount.storage.contents()).toEqual(before);

  await mount.write("roles/app", { app_client_id: "secretclient", ttl: "2h" });
  await mount.revoke(await mount.read("creds/app"));
  await mount.write("roles/app", { app_client_id: "appclient", app_client_secret: "" });
  expect((await mount.read("roles/app")).data).toMatchObject({ app_client_id: "appclient", secret_hash: false });
  await mount.revoke(await mount.read("creds/app"));
  await mount.write("roles/app", { app_client_id: "secretclient", app_client_secret: secret });
  await mount.revoke(await mount.read("creds/app"));
});

test("a client secret goes when its app client is cleared", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/app", { ...userRole, app_client_secret: "of-the-first" });
  await mount.write("roles/app", { issue_tokens: false, app_client_id: "" });
  expect(mount.storage.contents()["roles/app"]).toMatchObject({ app_client_id: "", app_client_secret: "" });
  await mount.write("roles/app", { issue_tokens: true, app_client_id: "appclient" });
  await mount.revoke(await mount.read("creds/app"));
});

test("a stored client secret does not follow a changed host", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole } = world;
  await mount.write("roles/machine", machineRole);
  await expect(mount.write("roles/machine", { cognito_pool_domain: "evil.example.com" })).rejects.toThrow(
    new UserError("changing cognito_pool_domain needs app_client_secret in the same write"),
  );
  await mount.write("roles/machine", { cognito_pool_domain: "good.example.com", app_client_secret: "again" });
});
