import { randomBytes } from "node:crypto";
import { type PoolOptions, startCognitoEmulator } from "../../../dev/cognito-emulator/index.ts";
import type { JsonObject } from "../../framework/index.ts";
import { ManualClock } from "../../framework/testing/manual-clock.ts";
import { TestMount } from "../../framework/testing/test-mount.ts";
import { cognito } from "../cognito.ts";
import { RequestLimits } from "../request-limits.ts";

const userPoolId = "eu-west-1_Stories01";
const machineSecret = "machine-client-secret-0123456789abcdef";

const pool: PoolOptions = {
  id: userPoolId,
  groups: ["readers", "writers"],
  resourceServers: [{ identifier: "api", scopes: ["read", "write"] }],
  clients: [
    { id: "appclient", authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
    { id: "legacyclient", authFlows: ["ADMIN_NO_SRP_AUTH"], exactAuthFlow: true },
    { id: "secretclient", secret: true, authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
    { id: "machine", secret: machineSecret, oauthFlows: ["client_credentials"], scopes: ["api/read", "api/write"] },
  ],
};

interface MountedOptions {
  readonly poolOptions?: Partial<PoolOptions>;
  /** Of the server's environment. */
  readonly ambientRegion?: string;
}

/** The engine mounted beside an emulated AWS, with a config that leads there. Closed by `await using`. */
export async function mountedCognito({ poolOptions = {}, ambientRegion }: MountedOptions = {}) {
  const clock = new ManualClock();
  const emulator = await startCognitoEmulator({ clock, pools: [{ ...pool, ...poolOptions }] });
  const requestLimits = new RequestLimits(clock);
  const factory = cognito({ fetch, random: randomBytes, requestLimits, ambientRegion: async () => ambientRegion });
  const mount = await TestMount.open(factory, { clock });
  const config = {
    aws_access_key_id: emulator.credential.accessKeyId,
    aws_secret_access_key: emulator.credential.secretAccessKey,
    cognito_endpoint: emulator.url,
    sts_endpoint: emulator.url,
  };
  await mount.write("config", config);
  return {
    mount,
    clock,
    emulator,
    config,
    userPool: emulator.pool(userPoolId),
    userRole: {
      credential_type: "user",
      region: "eu-west-1",
      app_client_id: "appclient",
      user_pool_id: userPoolId,
      group: "readers",
      dummy_email_domain: "example.com",
      ttl: "1h",
      max_ttl: "24h",
    } satisfies JsonObject,
    machineRole: {
      credential_type: "client_credentials_grant",
      app_client_id: "machine",
      app_client_secret: machineSecret,
      cognito_pool_domain: emulator.url,
    } satisfies JsonObject,
    /** Fails when a secret of this test stands in what was logged. */
    assertNothingLeaked() {
      const log = mount.logger.text();
      const leaked = emulator.secretsSeen().filter((secret) => log.includes(secret));
      if (leaked.length > 0) throw new Error(`${leaked.length} secrets stand in the log`);
    },
    async [Symbol.asyncDispose]() {
      await mount.close();
      await emulator.close();
    },
  };
}

/** The claims of a token, unverified. */
export function claimsOf(token: unknown): JsonObject {
  const [, payload = ""] = String(token).split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}
