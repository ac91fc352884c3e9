/** The parts of the server, put together. */
import { createPrivateKey, randomBytes, randomUUID } from "node:crypto";
import type { Identity } from "../../src/go-plugin/self-signed-certificate.ts";
import { Catalog } from "./catalog.ts";
import type { Clock } from "./clock.ts";
import { Leases } from "./leases.ts";
import type { Log } from "./log.ts";
import { Mounts } from "./mounts.ts";
import { PasswordPolicies } from "./password-policies.ts";
import { PluginPool } from "./plugin-pool.ts";
import { startRollbackTimer } from "./rollback-timer.ts";
import { unwrapToken } from "./unwrap-token.ts";
import { Wrapping } from "./wrapping.ts";

export interface CoreOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly rootToken: string;
  /** Where plugins lie; undefined: none can be registered. */
  readonly pluginDirectory: string | undefined;
  /** What plugins inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long a plugin may take to its first line, in milliseconds. */
  readonly pluginStartTimeout: number;
}

/** The version of Vault that clients and plugins are told: the one whose behaviour was copied. */
export const claimedVersion = "1.21.0";

export class Core {
  readonly clock: Clock;
  readonly log: Log;
  readonly rootToken: string;
  readonly rootAccessor = randomBytes(12).toString("hex");
  readonly startedAt: number;
  readonly clusterId = randomUUID();
  readonly clusterName = `dev-server-${randomBytes(4).toString("hex")}`;
  readonly wrapping: Wrapping;
  readonly leases: Leases;
  readonly catalog: Catalog;
  readonly pool: PluginPool;
  readonly mounts: Mounts;
  readonly passwordPolicies = new PasswordPolicies();
  /** `http://127.0.0.1:<port>`, once it is known. */
  address = "";
  #sealed = false;
  #stopRollbacks: () => void;

  constructor(options: CoreOptions) {
    const { clock, log } = options;
    this.clock = clock;
    this.log = log;
    this.rootToken = options.rootToken;
    this.startedAt = clock.now();
    this.wrapping = new Wrapping(clock);
    this.leases = new Leases({ clock, log, random: Math.random });
    this.catalog = new Catalog(options.pluginDirectory);
    this.pool = new PluginPool({
      environment: options.environment,
      version: claimedVersion,
      log,
      wrapIdentity: (identity) => this.#wrapIdentity(identity),
      startTimeout: options.pluginStartTimeout,
    });
    this.mounts = new Mounts({
      catalog: this.catalog,
      pool: this.pool,
      leases: this.leases,
      log,
      facts: {
        version: claimedVersion,
        clusterId: this.clusterId,
        wrapping: this.wrapping,
        generatePassword: (name) => this.passwordPolicies.generate(name),
      },
    });
    this.#stopRollbacks = startRollbackTimer(this.mounts, clock);
  }

  get sealed(): boolean {
    return this.#sealed;
  }

  /** Stops all engines; what they stored stays, unencrypted, in memory. */
  async seal(): Promise<void> {
    if (this.#sealed) return;
    this.#sealed = true;
    this.#stopRollbacks();
    this.leases.pause();
    await this.mounts.stop();
    await this.pool.endAll();
  }

  async unseal(): Promise<void> {
    if (!this.#sealed) return;
    this.#sealed = false;
    await this.mounts.start();
    this.leases.resume();
    this.#stopRollbacks = startRollbackTimer(this.mounts, this.clock);
  }

  /** Ends everything that was started; leases are left as they are, as by a real server that ends. */
  async stop(): Promise<void> {
    await this.seal();
    this.wrapping.clear();
  }

  /** sdk/helper/pluginutil/tls.go: wrapServerConfig. The plugin has a minute to fetch its certificate by HTTP. */
  #wrapIdentity({ certificate, privateKey }: Identity): string {
    const key = createPrivateKey(privateKey).export({ type: "sec1", format: "der" });
    const data = { ServerCert: certificate.toString("base64"), ServerKey: key.toString("base64") };
    const token = unwrapToken(this.address, this.clock.now());
    this.wrapping.wrap({ data }, 60, "sys/wrapping/wrap", token);
    return token;
  }
}
