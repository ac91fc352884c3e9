import { afterEach, beforeEach, expect, test } from "bun:test";
import { ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import { fromTemporaryCredentials, fromWebToken } from "@aws-sdk/credential-providers";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { type CognitoEmulator, type Credential, type Role, startCognitoEmulator, type UserPool } from "./index.ts";
import { awsClient, refusal, signedPost } from "./testing/aws-client.ts";

let emulator: CognitoEmulator;
let pool: UserPool;
let elapsed: number;

beforeEach(async () => {
  elapsed = 0;
  emulator = await startCognitoEmulator({ clock: { now: () => Date.now() + elapsed } });
  pool = emulator.createPool();
});

afterEach(() => emulator.close());

const clientConfig = (region = "eu-west-1") => ({
  region,
  endpoint: emulator.url,
  requestHandler: new FetchHttpHandler(),
  maxAttempts: 1,
});

interface Wishes {
  readonly externalId?: string;
  readonly seconds?: number;
  readonly by?: Pick<Credential, "accessKeyId" | "secretAccessKey">;
}

const assume = (role: Pick<Role, "arn">, { externalId, seconds, by = emulator.credential }: Wishes = {}) =>
  fromTemporaryCredentials({
    params: {
      RoleArn: role.arn,
      RoleSessionName: "vault-cognito",
      ...(externalId !== undefined && { ExternalId: externalId }),
      ...(seconds !== undefined && { DurationSeconds: seconds }),
    },
    masterCredentials: { accessKeyId: by.accessKeyId, secretAccessKey: by.secretAccessKey },
    clientConfig: clientConfig(),
  })();

const listUsersWith = async (credential: Partial<Credential>) => {
  const aws = awsClient(emulator, { credential });
  try {
    return await aws.send(new ListUsersCommand({ UserPoolId: pool.id }));
  } finally {
    aws.destroy();
  }
};

const sts = (
  form: Record<string, string>,
  credential: Pick<Credential, "accessKeyId" | "secretAccessKey"> = emulator.credential,
  host?: string,
) =>
  signedPost(emulator, {
    service: "sts",
    region: "eu-west-1",
    credential,
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: new URLSearchParams({ Version: "2011-06-15", ...form }).toString(),
    ...(host !== undefined && { host }),
  });

test("an assumed role works until it ends, and the session is on record", async () => {
  const role = emulator.createRole({ name: "vault", externalId: "pact" });
  const session = await assume(role, { externalId: "pact", seconds: 900 });
  expect((await listUsersWith(session)).Users).toEqual([]);
  expect(session.expiration?.getTime()).toBeGreaterThan(Date.now() + 898_000);
  expect(emulator.roleSessions).toMatchObject([
    {
      roleArn: role.arn,
      sessionName: "vault-cognito",
      externalId: "pact",
      durationSeconds: 900,
      accessKeyId: session.accessKeyId,
    },
  ]);
  expect(emulator.calls[0]).toMatchObject({
    service: "sts",
    action: "AssumeRole",
    details: { RoleSessionName: "vault-cognito" },
    outcome: "ok",
  });
  expect(emulator.secretsSeen()).toEqual(expect.arrayContaining([session.secretAccessKey, session.sessionToken ?? ""]));
  elapsed = 900_000;
  expect(await refusal(listUsersWith(session))).toMatchObject({
    name: "ExpiredTokenException",
    message: "The security token included in the request is expired",
  });
});

test("a session without its token, or with another's, is not recognized", async () => {
  const role = emulator.createRole({ name: "vault" });
  const [one, two] = [await assume(role), await assume(role)];
  const { sessionToken: _, ...bare } = one;
  expect(await refusal(listUsersWith(bare))).toMatchObject({ name: "UnrecognizedClientException" });
  expect(
    await refusal(listUsersWith({ ...bare, ...(two.sessionToken && { sessionToken: two.sessionToken }) })),
  ).toMatchObject({
    name: "UnrecognizedClientException",
  });
});

test("the role decides what its session may do", async () => {
  const role = emulator.createRole({ name: "reader", allow: ["cognito-idp:AdminGetUser"] });
  const { message, name } = await refusal(listUsersWith(await assume(role)));
  expect(name).toBe("AccessDeniedException");
  expect(message).toStartWith(
    "User: arn:aws:sts::123456789012:assumed-role/reader/vault-cognito is not authorized to perform: cognito-idp:ListUsers",
  );
});

test("a role is not assumed without its external id, by a stranger, or when it does not exist", async () => {
  const role = emulator.createRole({
    name: "vault",
    externalId: "pact",
    trusted: ["arn:aws:iam::123456789012:user/emulator"],
  });
  const denied = `User: arn:aws:iam::123456789012:user/emulator is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`;
  expect(await refusal(assume(role))).toMatchObject({ name: "AccessDenied", message: denied, status: 403 });
  expect(await refusal(assume(role, { externalId: "other" }))).toMatchObject({ message: denied });
  expect(
    await refusal(assume(role, { externalId: "pact", by: emulator.createAccessKey({ userName: "stranger" }) })),
  ).toMatchObject({ name: "AccessDenied" });
  expect(await refusal(assume({ arn: "arn:aws:iam::123456789012:role/none" }))).toMatchObject({ name: "AccessDenied" });
  expect(
    await refusal(
      assume(role, {
        externalId: "pact",
        by: emulator.createAccessKey({ userName: "emulator", allow: ["cognito-idp:*"] }),
      }),
    ),
  ).toMatchObject({ name: "AccessDenied" });
  expect(emulator.roleSessions).toEqual([]);
  await assume(emulator.createRole({ name: "ours", trusted: ["arn:aws:iam::123456789012:root"] }));
});

test("a session lasts between 15 minutes and the role's longest", async () => {
  const role = emulator.createRole({ name: "vault" });
  expect((await refusal(assume(role, { seconds: 3601 }))).message).toContain(
    "exceeds the MaxSessionDuration set for this role",
  );
  expect(await refusal(assume(role, { seconds: 899 }))).toMatchObject({ name: "ValidationError", status: 400 });
});

test("a wrong secret and an unknown key have STS's own errors", async () => {
  const role = emulator.createRole({ name: "vault" });
  expect(await refusal(assume(role, { by: { ...emulator.credential, secretAccessKey: "wrong" } }))).toMatchObject({
    name: "SignatureDoesNotMatch",
    status: 403,
  });
  expect(
    await refusal(assume(role, { by: { ...emulator.credential, accessKeyId: "AKIAAAAAAAAAAAAAAAAA" } })),
  ).toMatchObject({ name: "InvalidClientTokenId", status: 403 });
});

test("the caller is told who it is, in the region its host stands for", async () => {
  const answer = await sts({ Action: "GetCallerIdentity" });
  expect(answer.headers.get("content-type")).toBe("text/xml");
  const xml = await answer.text();
  expect(xml).toStartWith(
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>',
  );
  expect(xml).toContain("<Arn>arn:aws:iam::123456789012:user/emulator</Arn>");
  expect(xml).toContain("<Account>123456789012</Account>");
  expect((await sts({ Action: "GetCallerIdentity" }, emulator.credential, "sts.eu-west-1.amazonaws.com")).status).toBe(
    200,
  );
  const global = await sts({ Action: "GetCallerIdentity" }, emulator.credential, "sts.amazonaws.com");
  expect(global.status).toBe(403);
  expect(await global.text()).toContain(
    "<Code>SignatureDoesNotMatch</Code><Message>Credential should be scoped to a valid region. </Message>",
  );
  expect(await (await sts({ Action: "GetFederationToken" })).text()).toContain("<Code>InvalidAction</Code>");
});

test("a web identity assumes the role that trusts it, unsigned", async () => {
  const role = emulator.createRole({
    name: "pod",
    webIdentity: { subject: "system:serviceaccount:vault", audience: "sts.amazonaws.com" },
  });
  const from = (webIdentityToken: string, roleArn = role.arn) =>
    fromWebToken({ roleArn, webIdentityToken, roleSessionName: "pod", clientConfig: clientConfig() })();
  const token = emulator.webIdentityToken({ subject: "system:serviceaccount:vault", audience: "sts.amazonaws.com" });
  expect((await listUsersWith(await from(token))).Users).toEqual([]);
  expect(emulator.secretsSeen()).toContain(token);
  const stranger = emulator.webIdentityToken({ subject: "somebody", audience: "sts.amazonaws.com" });
  expect(await refusal(from(stranger))).toMatchObject({ name: "AccessDenied" });
  expect(await refusal(from(token, emulator.createRole({ name: "other" }).arn))).toMatchObject({
    name: "AccessDenied",
  });
  expect(await refusal(from("a.b.c"))).toMatchObject({ name: "InvalidIdentityTokenException" });
  elapsed = 3_600_000;
  expect(await refusal(from(token))).toMatchObject({ name: "ExpiredTokenException" });
});
