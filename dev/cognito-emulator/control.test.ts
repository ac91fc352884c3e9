import { afterEach, beforeEach, expect, test } from "bun:test";
import { ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import { type CognitoEmulator, startCognitoEmulator } from "./index.ts";
import { awsClient, refusal } from "./testing/aws-client.ts";

let emulator: CognitoEmulator;

beforeEach(async () => {
  emulator = await startCognitoEmulator({
    pools: [{ id: "eu-west-1_Demo", groups: ["readers"], clients: [{ secret: "s3cr3t-of-client" }] }],
  });
});

afterEach(() => emulator.close());

const control = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${emulator.url}/_emulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
};

const listUsers = async () => {
  const aws = awsClient(emulator);
  try {
    return await aws.send(new ListUsersCommand({ UserPoolId: "eu-west-1_Demo" }));
  } finally {
    aws.destroy();
  }
};

test("another process reads the state, in which no secret stands", async () => {
  await listUsers();
  const { body } = await control("GET", "state");
  expect(body.pools).toMatchObject([
    { id: "eu-west-1_Demo", groups: ["readers"], users: [], clients: [{ hasSecret: true }] },
  ]);
  expect(body.calls).toBe(1);
  expect(JSON.stringify(body)).not.toContain("s3cr3t-of-client");
  expect((await control("GET", "secrets")).body).toContain("s3cr3t-of-client");
  expect((await control("GET", "calls")).body).toMatchObject([{ action: "ListUsers", outcome: "ok" }]);
  await control("DELETE", "calls");
  expect((await control("GET", "calls")).body).toEqual([]);
});

test("another process sets faults and takes them back", async () => {
  const made = await control("POST", "faults", {
    match: { action: "ListUsers", times: "always" },
    fault: { kind: "error", type: "InternalErrorException", status: 500 },
  });
  expect(made).toMatchObject({ status: 201, body: { id: 1, struck: 0 } });
  for (const _ of [1, 2, 3]) expect((await refusal(listUsers())).name).toBe("InternalErrorException");
  expect((await control("GET", "faults")).body).toMatchObject([{ id: 1, struck: 3 }]);
  expect((await control("DELETE", "faults/1")).status).toBe(204);
  await listUsers();
  expect((await control("DELETE", "faults/1")).status).toBe(404);
});

test("a fault that makes no sense is refused with a sentence", async () => {
  const refused = async (body: unknown) => {
    const answer = await control("POST", "faults", body);
    expect(answer.status).toBe(400);
    return answer.body.message;
  };
  expect(await refused([])).toBe('The body must be a JSON object with "fault" and, if wanted, "match".');
  expect(await refused({ fault: { kind: "explode" } })).toStartWith("The fault's kind must be one of error, throttle,");
  expect(await refused({ fault: { kind: "html" } })).toBe('The fault html lacks "status".');
  expect(await refused({ fault: { kind: "html", status: "500" } })).toBe(
    'The fault html has a "status" of the wrong type.',
  );
  expect(await refused({ match: { user: "ann" }, fault: { kind: "throttle" } })).toBe('The match has no "user".');
  expect(emulator.faults.list()).toEqual([]);
});

test("another process sets quotas", async () => {
  expect((await control("PUT", "quotas/UserList", { perSecond: 0.001, burst: 1 })).status).toBe(204);
  await listUsers();
  expect((await refusal(listUsers())).name).toBe("TooManyRequestsException");
  expect((await control("DELETE", "quotas/UserList")).status).toBe(204);
  await listUsers();
  expect((await control("PUT", "quotas/Nothing", { perSecond: 1 })).body.message).toStartWith(
    "The quota must be one of UserCreation,",
  );
  expect((await control("GET", "nothing")).status).toBe(404);
});
