import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { TestMount } from "../framework/testing/test-mount.ts";
import { cognito } from "./cognito.ts";
import { RequestLimits } from "./request-limits.ts";

test("the server's region is looked up once, for however many roles that name none", async () => {
  let asked = 0;
  const mount = await TestMount.open((mount) =>
    cognito({
      fetch,
      random: randomBytes,
      requestLimits: new RequestLimits(mount.clock),
      ambientRegion: async () => {
        asked += 1;
        return "eu-west-1";
      },
    })(mount),
  );
  const role = { credential_type: "user", user_pool_id: "eu-west-1_Pool", dummy_email_domain: "example.com" };
  for (const name of ["a", "b", "c"]) await mount.write(`roles/${name}`, { ...role, issue_tokens: false });
  expect(asked).toBe(1);
  await mount.close();
});
