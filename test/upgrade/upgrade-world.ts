import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CognitoEmulator,
  type ConnectProxy,
  createCertificateAuthority,
  type PoolOptions,
  startCognitoEmulator,
  startConnectProxy,
  type UserPool,
} from "../../dev/cognito-emulator/index.ts";
import { keepSecret } from "../servers/known-secrets.ts";

const region = "eu-west-1";
const hosts = ["*.amazonaws.com", `*.${region}.amazonaws.com`, `*.auth.${region}.amazoncognito.com`];

/** A user pool, and what an operator of the Go plugin would write to use it: none of it names an endpoint. */
export interface GoPluginPool {
  readonly pool: UserPool;
  readonly userRole: Readonly<Record<string, string>>;
  readonly machineRole: Readonly<Record<string, string>>;
}

/**
 * An emulated AWS under AWS's own host names: the only way the Go plugin can be led there. The server's environment names a
 * proxy that leads every host to the emulator, and trusts the emulator's certificates; both plugins inherit it.
 */
export class UpgradeWorld {
  readonly emulator: CognitoEmulator;
  readonly proxy: ConnectProxy;
  /** For the server that runs the plugins. */
  readonly environment: Readonly<Record<string, string>>;
  /** For a server that has an AWS identity of its own, which no mount with a config is meant to use. */
  readonly ownIdentity: Readonly<Record<"AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY", string>>;
  readonly #folder: string;
  #pools = 0;

  private constructor(emulator: CognitoEmulator, proxy: ConnectProxy, folder: string) {
    this.emulator = emulator;
    this.proxy = proxy;
    this.#folder = folder;
    const certificates = join(folder, "ca.pem");
    const { accessKeyId, secretAccessKey } = emulator.createAccessKey({ userName: "the-server-itself" });
    this.ownIdentity = { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    this.environment = { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: certificates, AWS_CA_BUNDLE: certificates };
  }

  static async open(): Promise<UpgradeWorld> {
    const authority = await createCertificateAuthority();
    const folder = mkdtempSync(join(tmpdir(), "u-"));
    writeFileSync(join(folder, "ca.pem"), authority.certificate);
    const emulator = await startCognitoEmulator({ tls: await authority.issue(hosts) });
    keepSecret(() => emulator.secretsSeen());
    const proxy = await startConnectProxy({ targetPort: emulator.tlsPort ?? 0 });
    return new UpgradeWorld(emulator, proxy, folder);
  }

  /** The emulator's key, as fields of config. */
  get config(): Readonly<Record<string, string>> {
    const { accessKeyId, secretAccessKey } = this.emulator.credential;
    return { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey };
  }

  createPool(options: PoolOptions = {}): GoPluginPool {
    this.#pools += 1;
    const machine = `machine${this.#pools}`;
    const domain = `pool-${this.#pools}`;
    const pool = this.emulator.createPool({
      ...options,
      id: `${region}_Upgrade${this.#pools}`,
      domain,
      groups: ["readers", "writers"],
      resourceServers: [{ identifier: "api", scopes: ["read", "write"] }],
      clients: [
        { id: `app${this.#pools}`, authFlows: ["ADMIN_NO_SRP_AUTH"] },
        { id: machine, secret: true, oauthFlows: ["client_credentials"], scopes: ["api/read", "api/write"] },
        ...(options.clients ?? []),
      ],
    });
    return {
      pool,
      userRole: {
        credential_type: "user",
        region,
        app_client_id: `app${this.#pools}`,
        user_pool_id: pool.id,
        group: "readers",
        dummy_email_domain: "example.com",
      },
      machineRole: {
        credential_type: "client_credentials_grant",
        app_client_id: machine,
        app_client_secret: pool.client(machine).secret ?? "",
        cognito_pool_domain: `${domain}.auth.${region}.amazoncognito.com`,
      },
    };
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.emulator.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
