import { expect, test } from "bun:test";
import { mountedCognito } from "./testing/mounted-cognito.ts";

test("what a kind of role does not use is told of, where a write gives it", async () => {
  await using world = await mountedCognito();
  const { mount, userRole, machineRole } = world;
  const inUser = { scopes: "api/read", cache_tokens: true, minimum_seconds: 60 };
  expect((await mount.write("roles/app", { ...userRole, ...inUser })).warnings).toEqual([
    "scopes, cache_tokens, minimum_seconds do nothing in a role of credential_type user",
  ]);
  expect((await mount.write("roles/app", { ttl: "2h" })).warnings).toEqual([]);
  const inGrant = { ...machineRole, issue_tokens: false };
  expect((await mount.write("roles/machine", inGrant)).warnings).toEqual([
    "issue_tokens does nothing in a role of credential_type client_credentials_grant",
  ]);
  const silent = { scopes: "", cache_tokens: false, minimum_seconds: 10, auth_style: "in_header", token_lease: false };
  expect((await mount.write("roles/app", silent)).warnings).toEqual([]);
  const empty = { region: "", attributes: {}, groups: [], ttl: 0, issue_tokens: true, password_length: 32 };
  expect((await mount.write("roles/machine", empty)).warnings).toEqual([]);
});
