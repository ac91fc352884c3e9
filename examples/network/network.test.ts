import { beforeAll, expect } from "bun:test";
import { describeWithAws } from "../../test/readme/describe-with-aws.ts";
import { actionsOfThePolicy } from "../../test/readme/documents.ts";
import { Reader } from "../../test/readme/reader.ts";
import { executable, write } from "../../test/stories/cognito-world.ts";

await describeWithAws("a mount behind VPC endpoints", actionsOfThePolicy(), ({ shared, test }, aws) => {
  beforeAll(async () => {
    await shared().registerPlugin({ name: "cognito", file: executable });
    await shared().enable("cognito", "cognito");
    await write(shared(), "cognito/roles/my-cognito-user", {
      credential_type: "user",
      user_pool_id: "eu-west-1_AbCdEfGhI",
      app_client_id: "1example23456789",
      group: "readers",
      dummy_email_domain: "example.com",
    });
  });

  test("is set up as the example says, and goes there", async () => {
    using reader = new Reader(shared());
    const before = aws.hostsAsked().length;
    const { seen, told } = await reader.follow("examples/network/README.md", reader.downloads);
    expect(seen).toBe(told);
    await shared().cli(["lease", "revoke", "-prefix", "-sync", "cognito/"]);
    expect([...new Set(aws.hostsAsked().slice(before))]).toEqual([
      "vpce-0a1b2c3d.cognito-idp.eu-west-1.vpce.amazonaws.com:443",
    ]);
  });
});
