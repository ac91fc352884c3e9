import type { Backend, BackendFactory } from "../backend.ts";
import type { JsonObject } from "../json.ts";
import type { Operation, Request } from "../request.ts";
import type { IssuedSecret, Response } from "../response.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryStorage } from "./memory-storage.ts";
import { RecordingLogger } from "./recording-logger.ts";
import { StaticSystemView } from "./static-system-view.ts";

/** What a client and the host's lease keeper got, after it went through JSON as in a host. */
export interface Answer {
  readonly data: JsonObject;
  readonly warnings: readonly string[];
  readonly lease?: IssuedSecret & { readonly issueTime: number };
}

export interface Call {
  readonly signal?: AbortSignal;
  readonly displayName?: string;
}

/** A backend mounted in a host that exists only in memory: the outermost door that a test can knock at in process. */
export class TestMount {
  readonly clock: ManualClock;
  readonly storage: MemoryStorage;
  readonly systemView = new StaticSystemView();
  readonly logger = new RecordingLogger();
  readonly #factory: BackendFactory;
  #backend: Backend;

  private constructor(factory: BackendFactory, backend: Backend, own: { clock: ManualClock; storage: MemoryStorage }) {
    this.#factory = factory;
    this.#backend = backend;
    this.clock = own.clock;
    this.storage = own.storage;
  }

  static async open(
    factory: BackendFactory,
    { clock = new ManualClock(), storage = new MemoryStorage() } = {},
  ): Promise<TestMount> {
    const unopened: Backend = {
      specialPaths: { root: [], unauthenticated: [], localStorage: [], sealWrapStorage: [] },
      initialize: async () => {},
      handle: async () => undefined,
      exists: async () => undefined,
      invalidate: async () => {},
      cleanup: async () => {},
    };
    const mount = new TestMount(factory, unopened, { clock, storage });
    await mount.reload();
    return mount;
  }

  /** As after a plugin reload: nothing in memory survives, storage does. */
  async reload(): Promise<void> {
    await this.#backend.cleanup();
    const { storage, systemView, logger, clock } = this;
    this.#backend = await this.#factory({ storage, systemView, logger, clock, uuid: "test-mount", options: {} });
    await this.#backend.initialize();
  }

  /** The backend itself, for what has no verb here. */
  get backend(): Backend {
    return this.#backend;
  }

  /** As a POST: the host asks first whether the thing exists, to tell create from update. */
  async write(path: string, data: JsonObject = {}, call?: Call): Promise<Answer> {
    const probe = this.#request("update", path, data, call);
    const exists = await this.#backend.exists(probe);
    return this.#handle({ ...probe, operation: exists === false ? "create" : "update" });
  }

  read(path: string, data: JsonObject = {}, call?: Call): Promise<Answer> {
    return this.#handle(this.#request("read", path, data, call));
  }

  /** As `read`, for a caller who leaves before the host has taken the answer. */
  async readInVain(path: string): Promise<void> {
    const response = await this.#backend.handle(this.#request("read", path));
    await response?.takeBack?.();
  }

  /** The keys below a list path. */
  async list(path: string, query: JsonObject = {}): Promise<readonly string[]> {
    const { data } = await this.#handle(this.#request("list", path.endsWith("/") ? path : `${path}/`, query));
    return (data.keys ?? []) as readonly string[];
  }

  delete(path: string): Promise<Answer> {
    return this.#handle(this.#request("delete", path));
  }

  help(path = ""): Promise<Answer> {
    return this.#handle(this.#request("help", path));
  }

  /** Renews a lease and gives it back as the host would keep it. */
  async renew(answer: Answer, { increment = 0 } = {}): Promise<Answer> {
    return this.#handle({ ...this.#leaseRequest("renew", answer, increment), data: answer.data });
  }

  async revoke(answer: Answer): Promise<void> {
    await this.#backend.handle({ ...this.#leaseRequest("revoke", answer, 0), data: answer.data });
  }

  /** The host's minute tick. */
  async rollback({ immediate = false, ...call }: Call & { readonly immediate?: boolean } = {}): Promise<void> {
    await this.#backend.handle(this.#request("rollback", "", immediate ? { immediate: true } : {}, call));
  }

  invalidate(key: string): Promise<void> {
    return this.#backend.invalidate(key);
  }

  async close(): Promise<void> {
    await this.#backend.cleanup();
  }

  async #handle(request: Request): Promise<Answer> {
    const response = await this.#backend.handle(request);
    const { data, secret, warnings } = throughJson(response ?? {});
    return {
      data: data ?? {},
      warnings: warnings ?? [],
      ...(secret === undefined ? {} : { lease: { ...secret, issueTime: this.clock.now() } }),
    };
  }

  #leaseRequest(operation: "renew" | "revoke", { lease }: Answer, increment: number): Request {
    if (lease === undefined) throw new Error(`nothing to ${operation}: the answer has no lease`);
    return {
      ...this.#request(operation, ""),
      lease: { internal: lease.internal, ttl: lease.lease.ttl, increment, issueTime: lease.issueTime },
    };
  }

  #request(operation: Operation, path: string, data: JsonObject = {}, call: Call = {}): Request {
    return {
      id: crypto.randomUUID(),
      operation,
      path,
      data: throughJson(data),
      mountPoint: "test/",
      mountType: "test",
      displayName: call.displayName ?? "token",
      entityId: "",
      headers: {},
      remoteAddress: "127.0.0.1",
      unauthenticated: false,
      signal: call.signal ?? new AbortController().signal,
    };
  }
}

function throughJson<T extends JsonObject | Response>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
