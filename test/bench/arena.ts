import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processTable } from "../servers/process-table.ts";
import { type RealServer, startServer } from "../servers/real-server.ts";
import type { StorageType } from "../servers/server-configuration.ts";
import { executable } from "../stories/cognito-world.ts";
import { ApiClient } from "./api-client.ts";
import { Emulator } from "./emulator.ts";
import type { BenchPool, EmulatorCommands } from "./emulator-commands.ts";
import { load } from "./load.ts";

/** Who is measured. */
export type Contestant = "go" | "ours";

export const titles: Readonly<Record<Contestant, string>> = { go: "Go plugin", ours: "this plugin" };

const files: Readonly<Record<Contestant, string>> = {
  go: process.env.GO_PLUGIN ?? join(import.meta.dirname, "../../../shared/peers/vault-plugin-secrets-cognito-go"),
  ours: executable,
};

/** The names under which they are registered, which are those of their processes too. */
export const pluginNames: Readonly<Record<Contestant, string>> = { go: "cognito-go", ours: "cognito" };

/** A mount of one of them, with a user pool of its own. */
export interface BenchMount {
  readonly contestant: Contestant;
  readonly path: string;
  readonly pool: BenchPool;
  /** What its roles of users and of machines say. */
  readonly userRole: object;
  readonly machineRole: object;
}

/** Credentials of each role that a plugin issues before it is measured: what a minute's user makes in two days. */
const warmUps = { app: 3_000, machine: 600 };

export interface MountOptions {
  readonly path: string;
  /** Another mount's pool. Default: one of its own. */
  readonly pool?: BenchPool;
  readonly config?: object;
}

/** One server with both plugins, before one emulated AWS: both have the same way there, through the same proxy. */
export class Arena {
  /** What the servers store in. */
  static storage: StorageType = "raft";
  static readonly #open = new Set<Arena>();

  readonly server: RealServer;
  readonly api: ApiClient;
  readonly emulator: Emulator;
  readonly #aws: ReturnType<EmulatorCommands["describe"]>;

  private constructor(server: RealServer, emulator: Emulator, aws: ReturnType<EmulatorCommands["describe"]>) {
    this.server = server;
    this.api = new ApiClient(server.address, server.rootToken);
    this.emulator = emulator;
    this.#aws = aws;
    Arena.#open.add(this);
  }

  /** For a run that is interrupted. */
  static async closeAll(): Promise<void> {
    await Promise.all([...Arena.#open].map((arena) => arena.close()));
  }

  static async open(): Promise<Arena> {
    for (const file of Object.values(files)) {
      if (!existsSync(file)) throw new Error(`there is no plugin at ${file}: run make build, or set GO_PLUGIN`);
    }
    const emulator = new Emulator();
    try {
      const aws = await emulator.ask("describe");
      const { HTTPS_PROXY = "", SSL_CERT_FILE = "" } = aws.environment;
      // No AWS_CA_BUNDLE: with it the Go plugin's SDK connects anew for each request, which its users rarely meet.
      const env = { HTTPS_PROXY, SSL_CERT_FILE, VAULT_LOG_LEVEL: "info" };
      const server = await startServer("vault", { storage: Arena.storage, env });
      const arena = new Arena(server, emulator, aws);
      for (const contestant of ["go", "ours"] as const) {
        const name = pluginNames[contestant];
        await server.registerPlugin({ name, file: files[contestant], command: name });
      }
      return arena;
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }

  get roleArn(): string {
    return this.#aws.roleArn;
  }

  /** Enables a mount with config and the roles `app`, `machine` and, where the plugin knows such, `shared`, which shares tokens. */
  async mount(contestant: Contestant, { path, pool, config = {} }: MountOptions): Promise<BenchMount> {
    await this.server.enable(path, pluginNames[contestant]);
    const own = pool ?? (await this.emulator.ask("createPool"));
    const userRole = { ...own.userRole, ttl: "1h" };
    const { machineRole } = own;
    await this.api.write(`${path}/config`, { ...this.#aws.config, ...config });
    await this.api.write(`${path}/roles/app`, userRole);
    await this.api.write(`${path}/roles/machine`, machineRole);
    if (contestant === "ours") await this.api.write(`${path}/roles/shared`, { ...machineRole, cache_tokens: true });
    return { contestant, path, pool: own, userRole, machineRole };
  }

  /** A mount of each, warmed up. */
  async mountBoth(name: string): Promise<Readonly<Record<Contestant, BenchMount>>> {
    const go = await this.mount("go", { path: `go-${name}` });
    const ours = await this.mount("ours", { path: `ours-${name}` });
    for (const mount of [go, ours]) await this.#warmUp(mount);
    return { go, ours };
  }

  /** Plugins run for weeks: what they take in their first seconds is measured by itself, as part of a start. */
  async #warmUp(mount: BenchMount): Promise<void> {
    for (const [role, requests] of Object.entries(warmUps)) {
      await load({ clients: 8, requests }, () => this.api.read(`${mount.path}/creds/${role}`));
    }
    await this.revokeAll(mount);
    await this.emulator.ask("forget");
  }

  pids(contestant: Contestant): readonly number[] {
    const children = this.server.pluginPids();
    return processTable().flatMap(({ pid, command }) =>
      command === pluginNames[contestant] && children.includes(pid) ? [pid] : [],
    );
  }

  /** Revokes all leases of a mount; done when its last user is gone. */
  async revokeAll({ path, pool }: BenchMount): Promise<void> {
    await this.api.write(`sys/leases/revoke-prefix/${path}/creds`, { sync: false });
    const deadline = performance.now() + 120_000;
    while ((await this.emulator.ask("userCount", pool.id)) > 0) {
      if (performance.now() > deadline) throw new Error(`${path}: users are left two minutes after their revocation`);
      await sleep(10);
    }
  }

  async close(): Promise<void> {
    Arena.#open.delete(this);
    this.api.close();
    await this.server.stop();
    await this.emulator.close();
  }
}
