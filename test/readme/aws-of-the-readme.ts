import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CognitoEmulator,
  createCertificateAuthority,
  startCognitoEmulator,
  startConnectProxy,
} from "../../dev/cognito-emulator/index.ts";

const region = "eu-west-1";
const hosts = [
  "*.amazonaws.com",
  `*.${region}.amazonaws.com`,
  `*.cognito-idp.${region}.vpce.amazonaws.com`,
  `*.auth.${region}.amazoncognito.com`,
];

/** What the documents' commands name: a key, a pool and two app clients, under AWS's own host names. */
export interface AwsOfTheReadme {
  readonly emulator: CognitoEmulator;
  /** For the server that runs the plugin: leads it there. */
  readonly environment: Readonly<Record<string, string>>;
  /** `host:port` of every connection, in order. */
  hostsAsked(): readonly string[];
  close(): Promise<void>;
}

/** @param allow what the documents' access key may do: IAM actions */
export async function awsOfTheReadme(allow: readonly string[]): Promise<AwsOfTheReadme> {
  const authority = await createCertificateAuthority();
  const folder = mkdtempSync(join(tmpdir(), "aws-"));
  const certificates = join(folder, "ca.pem");
  writeFileSync(certificates, authority.certificate);
  const emulator = await startCognitoEmulator({ tls: await authority.issue(hosts) });
  const proxy = await startConnectProxy({ targetPort: emulator.tlsPort ?? 0 });
  const key = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
  emulator.createAccessKey({ userName: "vault", ...key, allow });
  emulator.createRole({ name: "vault-cognito", allow: allow.filter((action) => action.startsWith("cognito-idp:")) });
  emulator.createPool({
    id: `${region}_AbCdEfGhI`,
    domain: "my-pool",
    groups: ["readers"],
    resourceServers: [{ identifier: "orders", scopes: ["read", "write"] }],
    clients: [
      { id: "1example23456789", authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
      {
        id: "2example3456789",
        secret: "9o8n7m6l5k4j3h2g1f0e",
        oauthFlows: ["client_credentials"],
        scopes: ["orders/read", "orders/write"],
      },
    ],
  });
  return {
    emulator,
    environment: { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: certificates },
    hostsAsked: () => proxy.asked,
    async close() {
      await proxy.close();
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
