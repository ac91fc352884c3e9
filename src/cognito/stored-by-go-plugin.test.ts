import { expect, test } from "bun:test";
import type { JsonObject } from "../framework/index.ts";
import { putJson } from "../framework/storage.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";

/** A role as the Go plugin stores it: all of its keys, always. */
const goRole = (told: JsonObject): JsonObject => ({
  credential_type: "client_credentials_grant",
  cognito_pool_domain: "",
  app_client_secret: "",
  region: "",
  app_client_id: "",
  user_pool_id: "",
  group: "",
  dummy_email_domain: "",
  ttl: 0,
  max_ttl: 0,
  ...told,
});

test("a user role with a secret left from a grant signs its users in without it, until the secret is written again", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, machineRole, emulator } = world;
  const { ttl: _, max_ttl: __, ...fields } = world.userRole;
  const stored = goRole({ ...fields, app_client_secret: machineRole.app_client_secret });
  await putJson(mount.storage, "roles/app", stored);
  const flows = () =>
    emulator.calls.filter(({ action, outcome }) => action === "AdminInitiateAuth" && outcome === "ok");
  await mount.revoke(await mount.read("creds/app"));
  await mount.write("roles/app", { ttl: "1h" });
  await mount.revoke(await mount.read("creds/app"));
  expect(flows()).toHaveLength(2);

  const secret = userPool.client("secretclient").secret as string;
  await mount.write("roles/app", {
    app_client_id: "secretclient",
    app_client_secret: secret,
    auth_flow: "ADMIN_USER_PASSWORD_AUTH",
  });
  await mount.revoke(await mount.read("creds/app"));
  await mount.write("roles/app", { ttl: "2h" });
  await mount.revoke(await mount.read("creds/app"));
  expect(flows()).toHaveLength(4);
  expect(userPool.usernames()).toEqual([]);
});
