import { randomBytes } from "node:crypto";
import { type CognitoEmulator, startCognitoEmulator, type UserPool } from "../../dev/cognito-emulator/index.ts";
import { cognito } from "../../src/cognito/cognito.ts";
import { RequestLimits } from "../../src/cognito/request-limits.ts";
import { ManualClock } from "../../src/framework/testing/manual-clock.ts";
import { TestMount } from "../../src/framework/testing/test-mount.ts";
import { freePort } from "../servers/free-port.ts";
import type { FaultCase } from "./fault-case.ts";
import { FaultyNetwork } from "./faulty-network.ts";

/** Users who were there before: nobody may delete them. */
export const strangers = ["ann@example.com", "bob@example.com", "vault@example.com"];

const stepOfPatience = 2_500;

/** An emulated AWS on real sockets, and a clock that is moved, for one case after the other. */
export class FaultWorld {
  readonly clock: ManualClock;
  readonly emulator: CognitoEmulator;
  readonly network: FaultyNetwork;
  readonly #roleArn: string;

  private constructor(clock: ManualClock, emulator: CognitoEmulator, network: FaultyNetwork) {
    this.clock = clock;
    this.emulator = emulator;
    this.network = network;
    this.#roleArn = emulator.createRole({ name: "cognito" }).arn;
  }

  static async open(): Promise<FaultWorld> {
    const clock = new ManualClock();
    return new FaultWorld(clock, await startCognitoEmulator({ clock }), new FaultyNetwork(await freePort()));
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  /** A pool in which only strangers are. */
  newPool(): UserPool {
    const pool = this.emulator.createPool({
      groups: ["readers"],
      resourceServers: [{ identifier: "api", scopes: ["read"] }],
      clients: [
        { id: "appclient", authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] },
        { id: "machine", secret: true, oauthFlows: ["client_credentials"], scopes: ["api/read"] },
      ],
    });
    for (const username of strangers) {
      const temporaryPassword = `Aa1!${randomBytes(12).toString("base64")}`;
      pool.createUser({ username, attributes: new Map([["email", username]]), temporaryPassword });
    }
    return pool;
  }

  /** A mount with the roles app and machine, one of which needs the call. */
  async mount(pool: UserPool, { call, during }: FaultCase): Promise<TestMount> {
    const { clock, emulator } = this;
    const factory = cognito({
      fetch: this.network.fetch,
      random: randomBytes,
      requestLimits: new RequestLimits(clock),
      ambientRegion: async () => undefined,
    });
    const mount = await TestMount.open(factory, { clock });
    await mount.write("config", {
      aws_access_key_id: emulator.credential.accessKeyId,
      aws_secret_access_key: emulator.credential.secretAccessKey,
      cognito_endpoint: emulator.url,
      sts_endpoint: emulator.url,
      ...(call === "AssumeRole" ? { aws_assume_role_arn: this.#roleArn } : {}),
    });
    await mount.write("roles/app", {
      credential_type: "user",
      region: pool.region,
      user_pool_id: pool.id,
      group: during === "clean-up" ? "nosuchgroup" : "readers",
      dummy_email_domain: "example.com",
      ttl: "1h",
      ...(call === "AdminSetUserPassword" ? { issue_tokens: false } : { app_client_id: "appclient" }),
    });
    await mount.write("roles/machine", {
      app_client_id: "machine",
      app_client_secret: pool.client("machine").secret ?? "",
      cognito_pool_domain: emulator.url,
    });
    return mount;
  }

  /** Lets the trouble of the case begin; the answer ends it and lets go what hangs in it. */
  begin(faultCase: FaultCase): () => void {
    const { call, trouble, times } = faultCase;
    this.network.begin(faultCase);
    if (trouble.kind === "refused connection") return () => this.network.end();
    const fault = trouble.kind === "late" ? { kind: "hang" as const, takesEffect: trouble.takesEffect } : trouble;
    const handle = this.emulator.faults.add({ match: { action: call, times }, fault });
    return () => {
      this.network.end();
      handle.remove();
    };
  }

  /** Waits for `work`, letting time pass when all that goes on is waiting. */
  async settle<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const passing = this.#losePatience(over.signal);
    try {
      return await this.clock.settle(work);
    } finally {
      over.abort();
      await passing;
    }
  }

  async #losePatience(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      if (this.network.answering === 0 && this.network.hanging > 0) {
        await this.clock.sleep(stepOfPatience, over).catch(() => {});
      } else {
        await Bun.sleep(1);
      }
    }
  }
}
