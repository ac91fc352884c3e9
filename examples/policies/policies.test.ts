import { beforeAll, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mountAsInTheReadme, tokenWithPolicy } from "../../test/readme/example-mount.ts";
import { Reader } from "../../test/readme/reader.ts";
import { describeOnRealServers } from "../../test/servers/every-server.ts";
import type { Credentials } from "../../test/stories/cognito-world.ts";
import { worldOfAStory } from "../../test/stories/world-of-a-story.ts";

const policy = (name: string) => readFileSync(join(import.meta.dirname, `${name}.hcl`), "utf8");

describeOnRealServers("policies of least privilege", ({ shared, test }) => {
  const world = worldOfAStory();
  beforeAll(async () => {
    await mountAsInTheReadme(shared(), world());
  });

  const statuses = async (token: string, calls: readonly (readonly [string, string, object?])[]) => {
    const found: [string, number][] = [];
    for (const [method, path, body] of calls) {
      const { status } = await shared().http(method, path, body, { "x-vault-token": token });
      found.push([`${method} ${path}`, status]);
    }
    return Object.fromEntries(found);
  };

  test("are written as the example says", async () => {
    using reader = new Reader(shared());
    const { seen, told } = await reader.follow("examples/policies/README.md", import.meta.dirname);
    expect(seen).toBe(told);
  });

  test("let an application have its role's credentials, and nothing else", async () => {
    const token = await tokenWithPolicy(shared(), "application", policy("application"));
    const user = await shared().cliJson<Credentials>(["read", "cognito/creds/my-cognito-user"], { token });
    const { lease_id } = user;
    expect(
      await statuses(token, [
        ["PUT", "sys/leases/renew", { lease_id }],
        ["PUT", "sys/leases/revoke", { lease_id }],
        ["GET", "cognito/creds/my-machine"],
        ["GET", "cognito/creds/My-Cognito-User"],
        ["GET", "cognito/roles/my-cognito-user"],
        ["LIST", "cognito/roles"],
        ["GET", "cognito/config"],
        ["PUT", "cognito/config", { region: "eu-west-1" }],
      ]),
    ).toEqual({
      "PUT sys/leases/renew": 200,
      "PUT sys/leases/revoke": 204,
      "GET cognito/creds/my-machine": 403,
      "GET cognito/creds/My-Cognito-User": 403,
      "GET cognito/roles/my-cognito-user": 403,
      "LIST cognito/roles": 403,
      "GET cognito/config": 403,
      "PUT cognito/config": 403,
    });
  });

  test("let an operator set up, but not take credentials", async () => {
    const token = await tokenWithPolicy(shared(), "operator", policy("operator"));
    expect(
      await statuses(token, [
        ["PUT", "cognito/config", world().config],
        ["GET", "cognito/config"],
        ["PUT", "cognito/roles/new", world().machineRole],
        ["GET", "cognito/roles/new"],
        ["LIST", "cognito/roles"],
        ["DELETE", "cognito/roles/new"],
        ["PUT", "sys/leases/revoke-prefix/cognito/creds/my-cognito-user", {}],
        ["GET", "cognito/creds/my-cognito-user"],
        ["PUT", "sys/mounts/cognito/tune", { default_lease_ttl: "1h" }],
      ]),
    ).toEqual({
      "PUT cognito/config": 204,
      "GET cognito/config": 200,
      "PUT cognito/roles/new": 204,
      "GET cognito/roles/new": 200,
      "LIST cognito/roles": 200,
      "DELETE cognito/roles/new": 204,
      "PUT sys/leases/revoke-prefix/cognito/creds/my-cognito-user": 204,
      "GET cognito/creds/my-cognito-user": 403,
      "PUT sys/mounts/cognito/tune": 403,
    });
  });

  test("let an auditor see everything but secrets", async () => {
    const token = await tokenWithPolicy(shared(), "auditor", policy("auditor"));
    expect(
      await statuses(token, [
        ["GET", "cognito/config"],
        ["GET", "cognito/roles/my-machine"],
        ["LIST", "cognito/roles"],
        ["PUT", "cognito/roles/my-machine", { scopes: "" }],
        ["GET", "cognito/creds/my-machine"],
      ]),
    ).toEqual({
      "GET cognito/config": 200,
      "GET cognito/roles/my-machine": 200,
      "LIST cognito/roles": 200,
      "PUT cognito/roles/my-machine": 403,
      "GET cognito/creds/my-machine": 403,
    });
    const { stdout } = await shared().cli(["read", "cognito/roles/my-machine"], { token });
    expect(stdout).not.toContain(world().machineRole.app_client_secret as string);
  });

  test("that deny a role by its name are passed by another spelling, so none of these does", async () => {
    const wrong =
      'path "cognito/creds/*" { capabilities = ["read"] }\npath "cognito/creds/my-machine" { capabilities = ["deny"] }';
    const token = await tokenWithPolicy(shared(), "wrong", wrong);
    expect(
      await statuses(token, [
        ["GET", "cognito/creds/my-machine"],
        ["GET", "cognito/creds/My-Machine"],
      ]),
    ).toEqual({
      "GET cognito/creds/my-machine": 403,
      "GET cognito/creds/My-Machine": 200,
    });
    for (const name of ["application", "operator", "auditor"]) expect(policy(name)).not.toContain("deny");
  });
});
