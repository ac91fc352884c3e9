import type { Backend } from "../framework/backend.ts";
import type { Clock } from "../framework/clock.ts";
import type { Logger } from "../framework/logger.ts";
import type { BrokerConnection } from "../go-plugin/broker-connection.ts";
import { describeThrown } from "./describe-thrown.ts";

/**
 * Each of the two waits of `close`. A host holds locks while it waits for a clean-up, and ends the process soon after;
 * what a request leaves undone by then is what the write-ahead log is for.
 */
const closeLimit = 5_000;

/** One mount's backend, its connection to the host, and the calls that are running in it. */
export class MountedBackend {
  readonly backend: Backend;
  readonly logger: Logger;
  readonly #connection: BrokerConnection;
  readonly #clock: Clock;
  readonly #running = new Map<Promise<unknown>, AbortController>();

  constructor(parts: {
    readonly backend: Backend;
    readonly connection: BrokerConnection;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.backend = parts.backend;
    this.logger = parts.logger;
    this.#connection = parts.connection;
    this.#clock = parts.clock;
  }

  /** Runs `work` so that `close` can end it through `abort`, and waits for it. */
  async run<T>(abort: AbortController, work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#running.set(running, abort);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Ends what is running, lets the backend clean up, closes the connection. Bounded in time; never rejects. */
  async close(): Promise<void> {
    for (const abort of this.#running.values()) abort.abort(new DOMException("the mount is closed", "AbortError"));
    await this.#bounded("requests still run", Promise.allSettled(this.#running.keys()));
    // In a function of its own, so that a backend that throws instead of rejecting does no more harm.
    const cleanUp = async () => this.backend.cleanup();
    await this.#bounded("the backend still cleans up", cleanUp());
    this.#connection.close();
  }

  async #bounded(overrun: string, work: Promise<unknown>): Promise<void> {
    const finished = new AbortController();
    const limit = this.#clock.sleep(closeLimit, finished.signal).then(
      () => this.logger.warn(`closing the mount although ${overrun}`, { after_seconds: closeLimit / 1000 }),
      () => {},
    );
    const done = work.then(
      () => {},
      (thrown: unknown) => this.logger.error("cleaning up failed", { error: describeThrown(thrown) }),
    );
    await Promise.race([done, limit]);
    finished.abort();
  }
}
