import { afterEach, beforeEach, expect, test } from "bun:test";
import { AdminGetUserCommand, ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import { type CognitoEmulator, startCognitoEmulator, type UserPool } from "./index.ts";
import { awsClient, type ClientSettings, refusal, signedPost } from "./testing/aws-client.ts";

let emulator: CognitoEmulator;
let pool: UserPool;
let ahead: number;

beforeEach(async () => {
  ahead = 0;
  emulator = await startCognitoEmulator({ signatureClock: { now: () => Date.now() + ahead } });
  pool = emulator.createPool();
});

afterEach(() => emulator.close());

const listUsers = async (settings: ClientSettings = {}, poolId = pool.id) => {
  const aws = awsClient(emulator, settings);
  try {
    return await aws.send(new ListUsersCommand({ UserPoolId: poolId }));
  } finally {
    aws.destroy();
  }
};

const listUsersAt = (host: string, region: string) =>
  signedPost(emulator, {
    service: "cognito-idp",
    region,
    credential: emulator.credential,
    host,
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.ListUsers",
    },
    body: JSON.stringify({ UserPoolId: pool.id }),
  });

test("a request signed with the stored secret is answered, and recorded without any secret", async () => {
  expect((await listUsers()).Users).toEqual([]);
  expect(emulator.calls).toMatchObject([
    {
      service: "cognito-idp",
      action: "ListUsers",
      region: "eu-west-1",
      poolId: pool.id,
      accessKeyId: emulator.credential.accessKeyId,
      outcome: "ok",
    },
  ]);
  expect(JSON.stringify(emulator.calls)).not.toContain(emulator.credential.secretAccessKey);
  expect(emulator.secretsSeen()).toContain(emulator.credential.secretAccessKey);
});

test("a wrong secret does not sign", async () => {
  expect(await refusal(listUsers({ credential: { secretAccessKey: "wrong" } }))).toMatchObject({
    name: "InvalidSignatureException",
    status: 400,
  });
});

test("an unknown key, or a session token nobody issued, is not recognized", async () => {
  const unknown = {
    name: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
  };
  expect(await refusal(listUsers({ credential: { accessKeyId: "AKIAAAAAAAAAAAAAAAAA" } }))).toMatchObject(unknown);
  expect(await refusal(listUsers({ credential: { sessionToken: "made up" } }))).toMatchObject(unknown);
  emulator.deleteAccessKey(emulator.credential.accessKeyId);
  expect(await refusal(listUsers())).toMatchObject(unknown);
});

test("a request without a signature, or with half of one, is told so", async () => {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AWSCognitoIdentityProviderService.ListUsers",
  };
  const unsigned = await fetch(emulator.url, { method: "POST", headers, body: "{}" });
  expect(await unsigned.json()).toEqual({
    __type: "MissingAuthenticationTokenException",
    message: "Missing Authentication Token",
  });
  const other = await fetch(emulator.url, {
    method: "POST",
    headers: { ...headers, authorization: "AWS4-HMAC-SHA256 nonsense" },
    body: "{}",
  });
  expect(await other.json()).toMatchObject({ __type: "IncompleteSignatureException" });
});

test("a clock that is off is refused, and AWS's client corrects its own by the Date header", async () => {
  ahead = 6 * 60_000;
  const late = await refusal(listUsers());
  expect(late.name).toBe("InvalidSignatureException");
  expect(late.message).toMatch(/^Signature expired: \d{8}T\d{6}Z is now earlier than .* - 5 min\.\)$/);
  ahead = -6 * 60_000;
  expect((await refusal(listUsers())).message).toStartWith("Signature not yet current: ");
  expect((await listUsers({ attempts: 2 })).Users).toEqual([]);
});

test("an AWS host name says which region the scope must name", async () => {
  expect((await listUsersAt("cognito-idp.eu-west-1.amazonaws.com", "eu-west-1")).status).toBe(200);
  expect(await (await listUsersAt("cognito-idp.us-east-1.amazonaws.com", "eu-west-1")).json()).toMatchObject({
    __type: "InvalidSignatureException",
    message: "Credential should be scoped to a valid region. ",
  });
});

test("a pool of another region or account does not exist", async () => {
  const missing = { name: "ResourceNotFoundException", message: `User pool ${pool.id} does not exist.`, status: 400 };
  expect(await refusal(listUsers({ region: "us-east-1" }))).toMatchObject(missing);
  expect(
    await refusal(listUsers({ credential: emulator.createAccessKey({ accountId: "210987654321" }) })),
  ).toMatchObject(missing);
  expect(await refusal(listUsers({}, "eu-west-1_nowhere"))).toMatchObject({
    message: "User pool eu-west-1_nowhere does not exist.",
  });
  expect(await refusal(listUsers({}, "nowhere"))).toMatchObject({ name: "InvalidParameterException" });
});

test("a key may do what it is allowed, nothing more", async () => {
  const credential = emulator.createAccessKey({ userName: "vault", allow: ["cognito-idp:List*"] });
  expect((await listUsers({ credential })).Users).toEqual([]);
  const aws = awsClient(emulator, { credential });
  expect(await refusal(aws.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username: "ann" })))).toEqual({
    name: "AccessDeniedException",
    message:
      "User: arn:aws:iam::123456789012:user/vault is not authorized to perform: cognito-idp:AdminGetUser on resource: " +
      `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${pool.id} because no identity-based policy allows the cognito-idp:AdminGetUser action`,
    status: 400,
  });
  aws.destroy();
});
