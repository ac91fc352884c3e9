import * as grpc from "@grpc/grpc-js";
import type { Backend, BackendFactory } from "../framework/backend.ts";
import type { Clock } from "../framework/clock.ts";
import { InternalError } from "../framework/errors.ts";
import type { Logger } from "../framework/logger.ts";
import type { Mount } from "../framework/mount.ts";
import type { Broker } from "../go-plugin/broker.ts";
import type { BrokerConnection } from "../go-plugin/broker-connection.ts";
import { describeThrown } from "./describe-thrown.ts";
import type { SetupArgs } from "./gen/backend.ts";
import { HostClient } from "./host-client.ts";
import { MountedBackend } from "./mounted-backend.ts";
import { StorageClient } from "./storage-client.ts";
import { SystemViewClient } from "./system-view-client.ts";
import { classify, isOurFault } from "./translate-error.ts";
import { RefusedCall } from "./unary.ts";

/** sdk/plugin/grpc_backend_server.go: under this id stands the backend for calls whose own id is unknown. */
const fallbackId = "single";

/** The mounts that share this process, by the ids that the host gave them. */
export class Mounts {
  readonly #broker: Broker;
  readonly #factory: BackendFactory;
  readonly #version: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #mounted = new Map<string, MountedBackend>();
  readonly #settingUp = new Map<string, AbortController>();

  constructor(parts: {
    readonly broker: Broker;
    readonly factory: BackendFactory;
    readonly version: string;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#broker = parts.broker;
    this.#factory = parts.factory;
    this.#version = parts.version;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  /** @throws RefusedCall when neither this id nor the fallback is set up. */
  find(id: string): MountedBackend {
    const mounted = this.#mounted.get(id) ?? this.#mounted.get(fallbackId);
    if (mounted === undefined) throw new RefusedCall(grpc.status.NOT_FOUND, "no backend instance found");
    return mounted;
  }

  /**
   * Makes a backend, in place of one that the id may already have. Calls nothing at the host: at registration it has
   * nothing to offer.
   * @returns why it failed, or "" when it did not.
   */
  async setUp(id: string, { broker_id, Config, backendUUID }: SetupArgs, abort: AbortController): Promise<string> {
    const logger = backendUUID === "" ? this.#logger : this.#logger.with({ mount: backendUUID });
    this.#interruptSetUp(id);
    this.#settingUp.set(id, abort);
    const { signal } = abort;
    let connection: BrokerConnection | undefined;
    let making: Promise<Backend> | undefined;
    try {
      connection = await this.#dial(broker_id, signal);
      signal.throwIfAborted();
      const host = new HostClient(connection.client(grpc.Client));
      making = this.#make({
        storage: new StorageClient(host),
        systemView: new SystemViewClient(host),
        logger,
        clock: this.#clock,
        uuid: backendUUID,
        options: { ...Config },
      });
      const backend = await Promise.race([making, whenAborted(signal)]);
      // Here, right before the id is taken: whoever interrupted the setup counts on nothing coming of it.
      signal.throwIfAborted();
      this.#warnOfOtherVersion(Config["plugin_version"], logger);
      const previous = this.#mounted.get(id);
      this.#mounted.set(id, new MountedBackend({ backend, connection, clock: this.#clock, logger }));
      await previous?.close();
      return "";
    } catch (thrown) {
      connection?.close();
      if (signal.aborted) making?.then((late) => late.cleanup()).catch(() => {});
      const failure = classify(thrown);
      if (isOurFault(failure) && !signal.aborted) {
        logger.error("setting up a mount failed", { error: describeThrown(thrown) });
      }
      return failure.sentence;
    } finally {
      if (this.#settingUp.get(id) === abort) this.#settingUp.delete(id);
    }
  }

  /** Forgets the id at once, then closes what stood under it. @throws RefusedCall when nothing does. */
  async cleanUp(id: string): Promise<void> {
    const wasSettingUp = this.#interruptSetUp(id);
    if (wasSettingUp && !this.#mounted.has(id)) return;
    const mounted = this.find(id);
    for (const [key, value] of this.#mounted) if (value === mounted) this.#mounted.delete(key);
    await mounted.close();
  }

  /**
   * Ends what is running in every mount. A host that reloads one mount stops the process of all, and tells the others nothing: what
   * they were giving out it does not take any more.
   */
  async close(): Promise<void> {
    await Promise.all([...new Set(this.#mounted.values())].map((mounted) => mounted.close()));
  }

  #interruptSetUp(id: string): boolean {
    const abort = this.#settingUp.get(id);
    abort?.abort(new DOMException("the mount was set up again or cleaned up meanwhile", "AbortError"));
    return this.#settingUp.delete(id);
  }

  /** The host believes what the operator said at registration; whoever looks for a fault should not. */
  #warnOfOtherVersion(registered: string | undefined, logger: Logger): void {
    if (!registered || registered === `v${this.#version}`) return;
    logger.warn("the plugin is registered under a version that it is not", {
      registered_version: registered,
      version: `v${this.#version}`,
    });
  }

  async #dial(brokerId: number, signal: AbortSignal): Promise<BrokerConnection> {
    try {
      return await this.#broker.dial(brokerId, signal);
    } catch (cause) {
      throw new InternalError("the plugin cannot connect to the services that the server offers to the mount", {
        cause,
      });
    }
  }

  /** A function of its own, so that a factory may throw as well as reject. */
  async #make(mount: Mount): Promise<Backend> {
    return this.#factory(mount);
  }
}

/** Rejects when `signal` is aborted. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
