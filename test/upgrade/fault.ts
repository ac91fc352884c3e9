import { expect } from "bun:test";
import type { FaultHandle, FaultRule, PoolOptions, UserPool } from "../../dev/cognito-emulator/index.ts";
import type { HttpAnswer } from "../servers/http.ts";
import { processTable } from "../servers/process-table.ts";
import type { RealServer } from "../servers/real-server.ts";
import { eventually } from "../stories/cognito-world.ts";
import { storedBy } from "./stored.ts";
import type { GoPluginPool, UpgradeWorld } from "./upgrade-world.ts";

/** A fault of the Go plugin: what a client of its mount meets, and what one of ours does. */
export interface Fault {
  readonly title: string;
  readonly pool?: PoolOptions;
  readonly goPlugin: (bench: Bench) => Promise<void>;
  readonly ours: (bench: Bench) => Promise<void>;
}

export interface Body {
  readonly errors?: readonly string[];
  readonly lease_id?: string;
  readonly lease_duration?: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface BenchOptions {
  readonly server: RealServer;
  readonly world: UpgradeWorld;
  readonly place: GoPluginPool;
  readonly path: string;
  /** The name of the plugin, and of its file. */
  readonly plugin: string;
}

/** A mount of one of the two plugins, fresh, with a config and a user pool of its own. */
export class Bench {
  readonly server: RealServer;
  readonly world: UpgradeWorld;
  readonly place: GoPluginPool;
  readonly path: string;
  readonly #plugin: string;
  readonly #faults: FaultHandle[] = [];

  constructor({ server, world, place, path, plugin }: BenchOptions) {
    this.server = server;
    this.world = world;
    this.place = place;
    this.path = path;
    this.#plugin = plugin;
  }

  get pool(): UserPool {
    return this.place.pool;
  }

  get usernames(): readonly string[] {
    return this.pool.usernames();
  }

  write(path: string, fields: object): Promise<HttpAnswer<Body>> {
    return this.server.http("PUT", `${this.path}/${path}`, fields);
  }

  read(path: string): Promise<HttpAnswer<Body>> {
    return this.server.http("GET", `${this.path}/${path}`);
  }

  delete(path: string): Promise<HttpAnswer<Body>> {
    return this.server.http("DELETE", `${this.path}/${path}`);
  }

  /** Writes the role `app` and issues a user of it. */
  async issueUser(fields: object = this.place.userRole): Promise<HttpAnswer<Body>> {
    expect(await this.write("roles/app", fields)).toMatchObject({ status: 204 });
    return this.read("creds/app");
  }

  renew({ body }: HttpAnswer<Body>): Promise<HttpAnswer<Body>> {
    return this.server.http("PUT", "sys/leases/renew", { lease_id: body.lease_id });
  }

  revoke({ body }: HttpAnswer<Body>): Promise<HttpAnswer<Body>> {
    return this.server.http("PUT", "sys/leases/revoke", { lease_id: body.lease_id, sync: true });
  }

  async disable(): Promise<void> {
    expect(await this.server.http("DELETE", `sys/mounts/${this.path}`)).toMatchObject({ status: 204 });
  }

  /** A fault of AWS, for calls about this bench's pool; gone when the bench is cleared. */
  inject({ match, fault }: FaultRule): FaultHandle {
    const handle = this.world.emulator.faults.add({ match: { poolId: this.pool.id, ...match }, fault });
    this.#faults.push(handle);
    return handle;
  }

  stored(): Promise<Readonly<Record<string, string>>> {
    return storedBy(this.server, this.path);
  }

  /** The processes of this bench's plugin; other mounts of it may have some of them. */
  processes(): readonly number[] {
    const children = this.server.pluginPids();
    return processTable().flatMap(({ pid, command }) =>
      command === this.#plugin && children.includes(pid) ? [pid] : [],
    );
  }

  /** A process of the plugin dies of this. */
  async kills(act: () => Promise<unknown>): Promise<void> {
    const before = this.processes();
    await act();
    await eventually("a plugin process is dead", () => {
      const now = this.processes();
      return before.some((pid) => !now.includes(pid));
    });
  }

  clear(): void {
    for (const fault of this.#faults) fault.remove();
  }
}

export const always = Number.POSITIVE_INFINITY;
