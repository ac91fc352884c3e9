/** A mount's backend, made anew when its process is gone (vault/builtin/plugin/v5/backend.go). */
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import type { HandleExistenceCheckReply, HandleRequestReply, Request } from "../../src/vault-wire/gen/backend.ts";
import { PluginFailure } from "./handshake-host.ts";
import type { Log } from "./log.ts";
import { type HostServices, hasStatus, PluginBackend, type SpecialPaths } from "./plugin-backend.ts";
import type { PluginPool } from "./plugin-pool.ts";
import type { PluginCommand, PluginProcess } from "./plugin-process.ts";

/** What to run for a mount: looked up each time, as a reload may find a newer registration. */
export interface EngineSource {
  /** Tells registrations apart. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** Checks the file before it is run. @throws PluginFailure */
  readonly command: () => Promise<PluginCommand>;
}

export interface MountedEngineOptions {
  readonly mountPath: string;
  readonly uuid: string;
  readonly options: Readonly<Record<string, string>>;
  readonly source: () => EngineSource;
  readonly services: HostServices;
  readonly pool: PluginPool;
  readonly log: Log;
}

/** What the plugin said of itself when the backend was made. */
export interface Running {
  readonly version: string;
  readonly sha256: string;
  readonly paths: SpecialPaths;
}

interface Made extends Running {
  readonly backend: PluginBackend;
}

const secretsEngine = 1;
/** A broken connection and the end of the process are seen one after the other, in either order. */
const exitNotice = 250;

export class MountedEngine {
  readonly #options: MountedEngineOptions;
  #made: Promise<Made> | undefined;

  constructor(options: MountedEngineOptions) {
    this.#options = options;
  }

  /** Makes the backend, unless it runs. @throws PluginFailure */
  async start(): Promise<Running> {
    return this.#current();
  }

  /** The process that serves the mount now. */
  async process(): Promise<PluginProcess | undefined> {
    return (await this.#made?.catch(() => undefined))?.backend.process;
  }

  /** A request that met a dead process is tried once more on a new one, as Vault does: it may run twice. */
  async handle(request: Partial<Request>, signal?: AbortSignal): Promise<HandleRequestReply> {
    return this.#withRestart((backend) => backend.handle(request, signal));
  }

  async exists(request: Partial<Request>, signal?: AbortSignal): Promise<HandleExistenceCheckReply> {
    return this.#withRestart((backend) => backend.exists(request, signal));
  }

  /** Says good-bye to the backend; `process` decides what becomes of its process. */
  async stop(after: (process: PluginProcess) => Promise<void>): Promise<void> {
    const made = this.#made;
    this.#made = undefined;
    const backend = (await made?.catch(() => undefined))?.backend;
    if (backend === undefined) return;
    await backend.cleanUp();
    await after(backend.process);
  }

  async #withRestart<Reply>(call: (backend: PluginBackend) => Promise<Reply>): Promise<Reply> {
    const { backend } = await this.#current();
    try {
      return await call(backend);
    } catch (error) {
      const isGone = hasStatus(error, status.UNAVAILABLE) || hasStatus(error, status.CANCELLED);
      if (isGone) await Promise.race([backend.process.exited, sleep(exitNotice)]);
      if (!backend.process.hasExited) throw error;
      return call((await this.#current()).backend);
    }
  }

  async #current(): Promise<Made> {
    const made = this.#made;
    if (made === undefined) return this.#replace(undefined);
    const known = await made.catch(() => undefined);
    return known === undefined || known.backend.process.hasExited ? this.#replace(made) : known;
  }

  /** Of all who find the backend gone, one makes the next. */
  async #replace(gone: Promise<Made> | undefined): Promise<Made> {
    if (this.#made !== gone) return this.#current();
    const making = this.#make();
    making.catch(() => undefined);
    this.#made = making;
    if (gone !== undefined) {
      this.#options.log("warn", "the plugin's process is gone: starting it again", { mount: this.#options.mountPath });
      await this.#leave(gone);
    }
    return making;
  }

  async #leave(gone: Promise<Made>): Promise<void> {
    const backend = (await gone.catch(() => undefined))?.backend;
    await backend?.cleanUp();
    if (backend !== undefined) await this.#options.pool.release(backend.process);
  }

  async #make(): Promise<Made> {
    const { options, uuid, services, pool } = this.#options;
    const source = this.#options.source();
    const process = await pool.acquire(source.key, await source.command());
    try {
      const config = {
        ...options,
        plugin_name: source.name,
        plugin_type: "secret",
        plugin_version: source.version,
      };
      const backend = await PluginBackend.setUp(process, { config, uuid, services });
      const type = await backend.type();
      if (type !== secretsEngine) throw new PluginFailure(`the plugin ${source.name} is not a secrets engine`);
      const paths = await backend.specialPaths();
      const version = await backend.version();
      await backend.initialize();
      return { backend, version, sha256: source.sha256, paths };
    } catch (error) {
      await pool.release(process);
      throw error;
    }
  }
}
