import { expect, test } from "bun:test";
import { ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import { startCognitoEmulator } from "./index.ts";
import { awsClient, refusal } from "./testing/aws-client.ts";
import { createUser } from "./testing/user-steps.ts";

test("a quota lets through so many calls a second in its category, account and region", async () => {
  let now = Date.parse("2026-11-22T12:00:00Z");
  const emulator = await startCognitoEmulator({ clock: { now: () => now } });
  const aws = awsClient(emulator);
  try {
    const pool = emulator.createPool();
    const create = (name: string) => createUser(aws, pool, name);
    emulator.quotas.set("UserCreation", 2);
    await create("a");
    await create("b");
    expect(await refusal(create("c"))).toEqual({
      name: "TooManyRequestsException",
      message: "Rate exceeded",
      status: 400,
    });
    await aws.send(new ListUsersCommand({ UserPoolId: pool.id }));
    const elsewhere = awsClient(emulator, { region: "eu-central-1" });
    await createUser(elsewhere, emulator.createPool({ region: "eu-central-1" }));
    elsewhere.destroy();
    now += 500;
    await create("c");
    expect((await refusal(create("d"))).name).toBe("TooManyRequestsException");
    expect(pool.usernames()).toEqual(["a", "b", "c"]);
    emulator.quotas.lift("UserCreation");
    await create("d");
  } finally {
    aws.destroy();
    await emulator.close();
  }
});
