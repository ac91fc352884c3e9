/** The table of mounts (vault/mount.go, vault/router.go). */
import { randomBytes, randomUUID } from "node:crypto";
import { ApiError, messageOf } from "./api-error.ts";
import type { Catalog, Registration } from "./catalog.ts";
import type { Leases } from "./leases.ts";
import type { Log } from "./log.ts";
import { MemoryStorage } from "./memory-storage.ts";
import { askEngine, defaultLeaseTtl, type Mount, type MountSettings, maxLeaseTtl } from "./mount.ts";
import { type EngineSource, MountedEngine } from "./mounted-engine.ts";
import type { PluginPool } from "./plugin-pool.ts";
import type { SystemFacts } from "./system-view-service.ts";

export interface MountsOptions {
  readonly catalog: Catalog;
  readonly pool: PluginPool;
  readonly leases: Leases;
  readonly log: Log;
  /** What every mount is told alike. */
  readonly facts: Omit<SystemFacts, "defaultLeaseTtl" | "maxLeaseTtl" | "tainted">;
}

/** Paths of Vault's own that no engine can take. */
const reserved = ["sys/", "auth/", "identity/", "cubbyhole/"];

export class Mounts {
  readonly #options: MountsOptions;
  readonly #mounts = new Map<string, Mount>();
  readonly #changing = new Set<string>();

  constructor(options: MountsOptions) {
    this.#options = options;
  }

  list(): Mount[] {
    return [...this.#mounts.values()];
  }

  at(path: string): Mount | undefined {
    return this.#mounts.get(asMountPath(path));
  }

  /** The mount that serves a path, such as `cognito/creds/app`; also `cognito` itself. */
  serving(path: string): Mount | undefined {
    return this.list().find((mount) => path.startsWith(mount.path) || `${path}/` === mount.path);
  }

  /** Starts the engine and mounts it. @throws ApiError, PluginFailure */
  async enable(
    path: string,
    type: string,
    settings: MountSettings,
    options: Readonly<Record<string, string>>,
  ): Promise<Mount> {
    const mountPath = asMountPath(path);
    if (reserved.some((taken) => mountPath.startsWith(taken))) {
      throw new ApiError(400, `cannot mount "${mountPath}"`);
    }
    for (const taken of [...this.#mounts.keys(), ...this.#changing]) {
      if (mountPath.startsWith(taken) || taken.startsWith(mountPath)) {
        throw new ApiError(400, `path is already in use at ${taken}`);
      }
    }
    this.#changing.add(mountPath);
    try {
      const mount = await this.#make(mountPath, type, settings, options);
      this.#mounts.set(mountPath, mount);
      return mount;
    } finally {
      this.#changing.delete(mountPath);
    }
  }

  /** vault/mount.go: unmountInternal. What is not mounted counts as disabled. @throws EngineError for what cannot be revoked */
  async disable(path: string): Promise<void> {
    const mountPath = asMountPath(path);
    if (reserved.includes(mountPath)) throw new ApiError(400, `cannot unmount "${mountPath}"`);
    const mount = this.#mounts.get(mountPath);
    if (mount === undefined) return;
    mount.tainted = true;
    await this.rollBack(mount);
    await this.#options.leases.revokeUnder(mountPath);
    await mount.engine.stop((process) => this.#options.pool.release(process));
    mount.storage.clear();
    this.#mounts.delete(mountPath);
  }

  /**
   * Stops these mounts' processes and starts them anew; what else the processes serve comes back with its next request (vault
   * plugin_reload.go).
   */
  async reload(mounts: readonly Mount[]): Promise<void> {
    for (const mount of mounts) await mount.engine.stop((process) => this.#options.pool.end(process));
    for (const mount of mounts) mount.running = await mount.engine.start();
  }

  /** Stops all engines and keeps what they stored. */
  async stop(): Promise<void> {
    await Promise.all(this.list().map(({ engine }) => engine.stop((process) => this.#options.pool.release(process))));
  }

  /** Starts all engines again after `stop`. */
  async start(): Promise<void> {
    for (const mount of this.list()) {
      try {
        mount.running = await mount.engine.start();
      } catch (error) {
        this.#options.log("error", "the engine did not start", { mount: mount.path, error: messageOf(error) });
      }
    }
  }

  /** Lets the engine undo what it left half done, and do what it does from time to time. Its failure is logged, not thrown. */
  async rollBack(mount: Mount): Promise<void> {
    try {
      const { err } = await askEngine(mount, { operation: "rollback", path: "", data: "null" });
      // Vault reports a rollback's error, never an error response, and not that an engine has no rollback.
      if (err === undefined || err.err_type === 5 || err.err_msg === "cannot write to readonly storage") return;
      this.#options.log("error", "rollback failed", { mount: mount.path, error: err.err_msg });
    } catch (error) {
      this.#options.log("error", "rollback failed", { mount: mount.path, error: messageOf(error) });
    }
  }

  async #make(
    path: string,
    type: string,
    settings: MountSettings,
    options: Readonly<Record<string, string>>,
  ): Promise<Mount> {
    const { pool, log, facts } = this.#options;
    const uuid = randomUUID();
    const storage = new MemoryStorage();
    // Vault writes down the version that it chose, so that a later registration changes nothing before the mount is tuned.
    settings.pluginVersion ||= this.#registrationFor(type, "").version;
    let mount: Mount | undefined;
    const engine = new MountedEngine({
      mountPath: path,
      uuid,
      options,
      source: () => this.#sourceFor(type, settings.pluginVersion),
      services: {
        storage,
        system: {
          ...facts,
          defaultLeaseTtl: () => defaultLeaseTtl({ settings }),
          maxLeaseTtl: () => maxLeaseTtl({ settings }),
          tainted: () => mount?.tainted ?? false,
        },
      },
      pool,
      log,
    });
    const accessor = `${type}_${randomBytes(4).toString("hex")}`;
    const running = await engine.start();
    mount = { path, type, uuid, accessor, options, settings, storage, engine, running, tainted: false };
    return mount;
  }

  #sourceFor(type: string, version: string): EngineSource {
    const registration = this.#registrationFor(type, version);
    return {
      key: JSON.stringify(registration),
      name: registration.name,
      version: registration.version,
      sha256: registration.sha256,
      command: () => this.#options.catalog.commandOf(registration),
    };
  }

  #registrationFor(type: string, version: string): Registration {
    const { catalog } = this.#options;
    const found = version === "" ? catalog.choose(type) : catalog.get(type, version);
    if (found !== undefined) return found;
    const known = [...new Set(catalog.list().map(({ name }) => name))].join(", ");
    const registered = known === "" ? "none is registered" : `registered: ${known}`;
    const wanted = version === "" ? type : `${type} ${version}`;
    throw new ApiError(400, `plugin not found in the catalog: ${wanted} (${registered})`);
  }
}

export function asMountPath(path: string): string {
  return `${path.replace(/^\/+|\/+$/g, "")}/`;
}
