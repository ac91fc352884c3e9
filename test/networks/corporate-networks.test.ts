import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CognitoEmulator,
  type ConnectProxy,
  createCertificateAuthority,
  startCognitoEmulator,
  startConnectProxy,
  type UserPool,
} from "../../dev/cognito-emulator/index.ts";
import { describeOnRealServers } from "../servers/every-server.ts";
import type { RealServer } from "../servers/real-server.ts";
import { executable, read, write } from "../stories/cognito-world.ts";
import { hashedCertificateName } from "./certificate-name.ts";

const cognito = "cognito-idp.eu-west-1.amazonaws.com";
const sts = "sts.eu-west-1.amazonaws.com";
const tokenEndpoint = "orders.auth.eu-west-1.amazoncognito.com";
const openssl = Bun.which("openssl");

interface Network {
  readonly emulator: CognitoEmulator;
  readonly proxy: ConnectProxy;
  readonly pool: UserPool;
  readonly roleArn: string;
  readonly folder: string;
  /** A file with the private authority, and a folder that is a store with it. */
  readonly authorityFile: string;
  readonly store: string;
}

/** A network whose only way out is a proxy, and whose AWS has certificates of a private authority. */
async function corporateNetwork(): Promise<Network> {
  const folder = mkdtempSync(join(tmpdir(), "network-"));
  const authority = await createCertificateAuthority();
  const emulator = await startCognitoEmulator({
    tls: await authority.issue([cognito, sts, tokenEndpoint, "localhost"]),
  });
  const pool = emulator.createPool({
    id: "eu-west-1_Network01",
    domain: "orders",
    groups: ["readers"],
    resourceServers: [{ identifier: "api", scopes: ["read"] }],
    clients: [
      { id: "appclient", authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] },
      { id: "machine", secret: true, oauthFlows: ["client_credentials"], scopes: ["api/read"] },
    ],
  });
  const authorityFile = join(folder, "authority.pem");
  writeFileSync(authorityFile, authority.certificate);
  const store = mkdtempSync(join(folder, "store-"));
  writeFileSync(join(store, await hashedCertificateName(authorityFile)), authority.certificate);
  const proxy = await startConnectProxy({ targetPort: emulator.tlsPort ?? 0 });
  return { emulator, proxy, pool, roleArn: emulator.createRole({ name: "cognito" }).arn, folder, authorityFile, store };
}

// The certificates come from the openssl command, which not every machine has.
describe.skipIf(openssl === null)("a corporate network", () => {
  let network: Network;
  beforeAll(async () => {
    network = await corporateNetwork();
  });
  afterAll(async () => {
    await network.proxy.close();
    await network.emulator.close();
    rmSync(network.folder, { recursive: true });
  });

  describeOnRealServers("issues credentials through a proxy", ({ shared }) => {
    let mounts = 0;
    const mountWith = async (env: Record<string, string>, config: Record<string, string> = {}) => {
      mounts += 1;
      const path = `network${mounts}`;
      await mount(shared(), path, network, env, config);
      return path;
    };
    const withdraw = (path: string) => shared().http("DELETE", `sys/mounts/${path}`);

    /** Each way to name the private authority. */
    const trust: Readonly<Record<string, () => string>> = {
      SSL_CERT_FILE: () => network.authorityFile,
      SSL_CERT_DIR: () => network.store,
      NODE_EXTRA_CA_CERTS: () => network.authorityFile,
      AWS_CA_BUNDLE: () => network.authorityFile,
    };
    for (const [variable, value] of Object.entries(trust)) {
      test(`whose authority is named by ${variable}: Cognito, STS and the token endpoint`, async () => {
        const before = network.proxy.asked.length;
        const path = await mountWith({ HTTPS_PROXY: network.proxy.url, [variable]: value() });
        const user = await read(shared(), `${path}/creds/app`);
        expect(network.pool.usernames()).toEqual([user.data["username"] as string]);
        expect((await read(shared(), `${path}/creds/machine`)).data["access_token"]).toStartWith("eyJ");
        expect(new Set(network.proxy.asked.slice(before))).toEqual(
          new Set([`${sts}:443`, `${cognito}:443`, `${tokenEndpoint}:443`]),
        );
        await withdraw(path);
        expect(network.pool.usernames()).toEqual([]);
      });
    }

    test("and says what is untrusted where nothing names the authority", async () => {
      const path = await mountWith({ HTTPS_PROXY: network.proxy.url });
      const { status, body } = await shared().http<{ errors: string[] }>("GET", `${path}/creds/app`);
      expect(status).toBe(500);
      expect(body.errors.join()).toMatch(
        /assume role failed: the certificate of STS is not trusted \(\w+\); .*AWS_CA_BUNDLE/,
      );
      const token = await shared().http<{ errors: string[] }>("GET", `${path}/creds/machine`);
      expect(token.body.errors.join()).toContain("the certificate of the token endpoint is not trusted");
      await withdraw(path);
    });

    test("and says which proxy setting to look at where the proxy is gone", async () => {
      const gone = await startConnectProxy({ targetPort: 1 });
      await gone.close();
      const path = await mountWith({ HTTPS_PROXY: gone.url, SSL_CERT_FILE: network.authorityFile });
      await write(shared(), `${path}/config`, { max_retries: 0 });
      const { status, body } = await shared().http<{ errors: string[] }>("GET", `${path}/creds/app`);
      expect(status).toBe(500);
      expect(body.errors.join()).toMatch(/assume role failed: no (connection to|usable answer from) STS/);
      await withdraw(path);
    });

    test("but for the hosts that NO_PROXY names", async () => {
      const env = {
        // In lower case, as many systems have them: gRPC's client reads these as well.
        https_proxy: network.proxy.url,
        no_proxy: ".eu-west-1.amazonaws.com",
        SSL_CERT_FILE: network.authorityFile,
      };
      const before = network.proxy.asked.length;
      const path = await mountWith(env, { max_retries: "0" });
      expect((await read(shared(), `${path}/creds/machine`)).data["access_token"]).toStartWith("eyJ");
      // No such host can be reached here but through the proxy.
      const { status } = await shared().http("GET", `${path}/creds/app`);
      expect(status).toBe(500);
      expect(network.proxy.asked.slice(before)).toEqual([`${tokenEndpoint}:443`]);
      await withdraw(path);
    });

    test("and for this machine itself, as Go does", async () => {
      const env = {
        HTTPS_PROXY: network.proxy.url,
        HTTP_PROXY: network.proxy.url,
        SSL_CERT_FILE: network.authorityFile,
      };
      const here = {
        cognito_endpoint: `https://localhost:${network.emulator.tlsPort}`,
        sts_endpoint: network.emulator.url,
      };
      const before = network.proxy.asked.length;
      const path = await mountWith(env, here);
      await read(shared(), `${path}/creds/app`);
      expect(network.proxy.asked.slice(before)).toEqual([]);
      await withdraw(path);
    });

    test("all this without a secret in the log or the audit log", () => {
      const written = shared().logText() + shared().auditText();
      const secrets = network.emulator.secretsSeen();
      expect(secrets.length).toBeGreaterThan(20);
      expect(secrets.filter((secret) => written.includes(secret))).toHaveLength(0);
    });
  });
});

/** A mount in a process of its own, with this environment. */
async function mount(
  server: RealServer,
  path: string,
  { emulator, pool, roleArn }: Network,
  env: Readonly<Record<string, string>>,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  await server.registerPlugin({ name: path, file: executable, command: path, env });
  await server.enable(path, path);
  await write(server, `${path}/config`, {
    region: "eu-west-1",
    aws_access_key_id: emulator.credential.accessKeyId,
    aws_secret_access_key: emulator.credential.secretAccessKey,
    aws_assume_role_arn: roleArn,
    ...config,
  });
  await write(server, `${path}/roles/app`, {
    credential_type: "user",
    user_pool_id: pool.id,
    app_client_id: "appclient",
    group: "readers",
    dummy_email_domain: "example.com",
    ttl: "1h",
  });
  await write(server, `${path}/roles/machine`, {
    credential_type: "client_credentials_grant",
    app_client_id: "machine",
    app_client_secret: pool.client("machine").secret ?? "",
    cognito_pool_domain: tokenEndpoint,
  });
}
