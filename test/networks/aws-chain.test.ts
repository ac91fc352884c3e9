import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { describeOnRealServers } from "../servers/every-server.ts";
import { type CognitoWorld, cognitoWorld, executable, read, write } from "../stories/cognito-world.ts";
import { type InstanceMetadata, type SessionCredentials, startInstanceMetadata } from "./instance-metadata.ts";

/** Every source of AWS's own credentials, each in the environment of a plugin of its own. */
describeOnRealServers("AWS's own credentials", ({ kind, shared }) => {
  let world: CognitoWorld;
  let metadata: InstanceMetadata;
  let session: SessionCredentials;
  let folder: string;
  let mounts = 0;

  beforeAll(async () => {
    world = await cognitoWorld();
    folder = mkdtempSync(join(tmpdir(), "aws-chain-"));
    session = await sessionIn(world);
    metadata = await startInstanceMetadata(session);
  });
  afterAll(async () => {
    await metadata.close();
    await world.emulator.close();
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, text: string): string => {
    const path = join(folder, `${kind}-${name}`);
    writeFileSync(path, text);
    return path;
  };

  /** Reads a user from a mount whose process has this environment; gives back the access keys that signed for it. */
  const signersWith = async (env: Record<string, string>, config: Record<string, string> = {}): Promise<string[]> => {
    const server = shared();
    mounts += 1;
    const path = `chain${mounts}`;
    const nothing = { AWS_CONFIG_FILE: join(folder, "none"), AWS_SHARED_CREDENTIALS_FILE: join(folder, "none") };
    await server.registerPlugin({ name: path, file: executable, command: path, env: { ...nothing, ...env } });
    await server.enable(path, path);
    const { emulator, userRole } = world;
    await write(server, `${path}/config`, { cognito_endpoint: emulator.url, sts_endpoint: emulator.url, ...config });
    await write(server, `${path}/roles/app`, userRole);
    const before = emulator.calls.length;
    try {
      await read(server, `${path}/creds/app`);
    } finally {
      await server.http("DELETE", `sys/mounts/${path}`);
    }
    const calls = emulator.calls.slice(before);
    return [
      ...new Set(calls.flatMap(({ action, accessKeyId }) => (action === "AdminCreateUser" ? (accessKeyId ?? []) : []))),
    ];
  };

  const keysOf = ({ emulator }: CognitoWorld) => {
    const { accessKeyId, secretAccessKey } = emulator.createAccessKey();
    return { accessKeyId, secretAccessKey };
  };

  test("are those of the environment", async () => {
    const { accessKeyId, secretAccessKey } = keysOf(world);
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    expect(await signersWith(env)).toEqual([accessKeyId]);
  });

  test("are those of a session in the environment", async () => {
    const env = {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    };
    expect(await signersWith(env)).toEqual([session.accessKeyId]);
  });

  test("are those of a profile in the shared files", async () => {
    const { accessKeyId, secretAccessKey } = keysOf(world);
    const text = `[default]\naws_access_key_id = AKIANOTTHISONE\naws_secret_access_key = x\n[vault]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    const env = { AWS_SHARED_CREDENTIALS_FILE: file("credentials", text), AWS_PROFILE: "vault" };
    expect(await signersWith(env)).toEqual([accessKeyId]);
  });

  test("are those that a process named in the shared files gives", async () => {
    const { accessKeyId, secretAccessKey } = keysOf(world);
    const given = file(
      "process.json",
      JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }),
    );
    const config = file("config", `[profile vault]\ncredential_process = cat ${given}\n`);
    expect(await signersWith({ AWS_CONFIG_FILE: config, AWS_PROFILE: "vault" })).toEqual([accessKeyId]);
  });

  test("are those of the role that a web identity may take", async () => {
    const { emulator } = world;
    const role = emulator.createRole({ name: `web-${kind}`, webIdentity: { subject: "vault", audience: "aws" } });
    const token = file("web-identity", emulator.webIdentityToken({ subject: "vault", audience: "aws" }));
    const before = emulator.roleSessions.length;
    const signers = await signersWith({
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ROLE_ARN: role.arn,
      // The one of config is for other keys: this token is the server's.
      AWS_ENDPOINT_URL_STS: emulator.url,
      AWS_REGION: "eu-west-1",
    });
    expect(signers).toEqual([emulator.roleSessions[before]?.accessKeyId ?? ""]);
  });

  test("are those that a container's endpoint gives, with its token from a file or the environment", async () => {
    const { containerUrl, containerToken } = metadata;
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: containerUrl };
    expect(await signersWith({ ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken })).toEqual([
      session.accessKeyId,
    ]);
    const tokenFile = file("container-token", containerToken);
    expect(await signersWith({ ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile })).toEqual([
      session.accessKeyId,
    ]);
    expect(metadata.asked.filter((line) => line === "GET /container")).toHaveLength(2);
  });

  test("are those of the instance, by the second version of its metadata service", async () => {
    const before = metadata.asked.length;
    expect(await signersWith({ AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.instanceUrl })).toEqual([
      session.accessKeyId,
    ]);
    expect(metadata.asked.slice(before)).toEqual([
      "PUT /latest/api/token",
      "GET /latest/meta-data/iam/security-credentials/",
      "GET /latest/meta-data/iam/security-credentials/instance-role",
    ]);
  });

  test("are asked for directly, whatever proxy stands between this machine and AWS", async () => {
    const env = { HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" };
    const { instanceUrl, containerUrl, containerToken } = metadata;
    expect(await signersWith({ ...env, AWS_EC2_METADATA_SERVICE_ENDPOINT: instanceUrl })).toEqual([
      session.accessKeyId,
    ]);
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: containerUrl,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
    };
    expect(await signersWith({ ...env, ...container })).toEqual([session.accessKeyId]);
  });

  test("take the role of config, with its external id", async () => {
    const { emulator } = world;
    const { accessKeyId, secretAccessKey } = keysOf(world);
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const { arn } = emulator.createRole({ name: `external-${kind}`, externalId: "customer-1" });
    const config = { aws_assume_role_arn: arn, aws_assume_role_external_id: "customer-1" };
    const before = emulator.roleSessions.length;
    const signers = await signersWith(env, config);
    expect(signers).toEqual([emulator.roleSessions[before]?.accessKeyId ?? ""]);
    expect(emulator.calls.findLast(({ action }) => action === "AssumeRole")).toMatchObject({
      accessKeyId,
      details: { RoleArn: arn, ExternalId: "customer-1", RoleSessionName: "vault-cognito" },
    });
    await expect(signersWith(env, { ...config, aws_assume_role_external_id: "customer-2" })).rejects.toThrow(
      /400 .*assume role failed: AccessDenied; .*aws_assume_role_external_id/,
    );
  });

  test("that are nowhere are named as missing", async () => {
    await expect(signersWith({ AWS_EC2_METADATA_DISABLED: "true" })).rejects.toThrow(/500 .*no AWS credentials: /);
  });

  test("stand in no log", () => {
    const written = shared().logText() + shared().auditText();
    const secrets = [...world.emulator.secretsSeen(), metadata.containerToken];
    expect(secrets.filter((secret) => written.includes(secret))).toHaveLength(0);
    expect(world.userPool.usernames()).toEqual([]);
  });
});

async function sessionIn({ emulator }: CognitoWorld): Promise<SessionCredentials> {
  const { accessKeyId, secretAccessKey } = emulator.credential;
  const { arn } = emulator.createRole({ name: "instance-role" });
  const {
    sessionToken = "",
    expiration = new Date(),
    ...keys
  } = await fromTemporaryCredentials({
    masterCredentials: { accessKeyId, secretAccessKey },
    params: { RoleArn: arn, RoleSessionName: "instance" },
    clientConfig: { region: "eu-west-1", endpoint: emulator.url },
  })();
  return { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey, sessionToken, expiration };
}
