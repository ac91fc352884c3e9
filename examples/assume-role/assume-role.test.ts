import { beforeAll, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithAws } from "../../test/readme/describe-with-aws.ts";
import { actionsOfThePolicy } from "../../test/readme/documents.ts";
import { Reader } from "../../test/readme/reader.ts";
import { executable, write } from "../../test/stories/cognito-world.ts";

const [trust] = JSON.parse(readFileSync(join(import.meta.dirname, "trust-policy.json"), "utf8")).Statement;
const [key] = JSON.parse(readFileSync(join(import.meta.dirname, "key-policy.json"), "utf8")).Statement;

const [, account = "", name = ""] = /^arn:aws:iam::(\d+):role\/(.+)$/.exec(key.Resource) ?? [];

await describeWithAws("a user pool in another account", [key.Action], ({ shared, test }, aws) => {
  beforeAll(async () => {
    aws.emulator.createRole({
      name,
      accountId: account,
      allow: actionsOfThePolicy(),
      trusted: [trust.Principal.AWS],
      externalId: trust.Condition.StringEquals["sts:ExternalId"],
    });
    aws.emulator.createPool({
      id: "eu-west-1_Elsewhere",
      accountId: account,
      groups: ["readers"],
      clients: [{ id: "elsewhere", authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }],
    });
    await shared().registerPlugin({ name: "cognito", file: executable });
    await shared().enable("cognito", "cognito");
    await write(shared(), "cognito/roles/my-cognito-user", {
      credential_type: "user",
      user_pool_id: "eu-west-1_Elsewhere",
      app_client_id: "elsewhere",
      group: "readers",
      dummy_email_domain: "example.com",
    });
  });

  test("is reached through its role, with the policies of the example", async () => {
    using reader = new Reader(shared());
    const { seen, told } = await reader.follow("examples/assume-role/README.md", reader.downloads);
    expect(seen).toBe(told);
    expect(aws.emulator.pool("eu-west-1_Elsewhere").usernames()).toHaveLength(1);
    expect(aws.emulator.roleSessions.at(-1)).toMatchObject({ roleArn: key.Resource, sessionName: "vault-production" });
    await shared().cli(["lease", "revoke", "-prefix", "-sync", "cognito/"]);
    expect(aws.emulator.pool("eu-west-1_Elsewhere").usernames()).toEqual([]);
  });

  test("is not reached with another external id", async () => {
    await write(shared(), "cognito/config", { aws_assume_role_external_id: "somebody-else" });
    const { stderr } = await shared().cli(["read", "cognito/creds/my-cognito-user"], { mayFail: true });
    expect(stderr).toContain("assume role failed: AccessDenied; allow sts:AssumeRole on the role");
  });
});
