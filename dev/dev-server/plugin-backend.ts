/** One backend in a plugin: what a mount talks to. */
import { randomInt } from "node:crypto";
import { Metadata, status } from "@grpc/grpc-js";
import {
  BackendClient,
  type HandleExistenceCheckReply,
  type HandleRequestReply,
  type ProtoError,
  Request,
} from "../../src/vault-wire/gen/backend.ts";
import { PluginVersionClient } from "../../src/vault-wire/gen/version.ts";
import type { BrokerListener } from "./broker-host.ts";
import { PluginFailure } from "./handshake-host.ts";
import type { MemoryStorage } from "./memory-storage.ts";
import type { PluginProcess } from "./plugin-process.ts";
import { serveStorage } from "./storage-service.ts";
import { type SystemFacts, serveSystemView } from "./system-view-service.ts";
import { callUnary, type UnaryMethod } from "./unary-call.ts";

/** A mount's services; a plugin that is only asked for its version gets none. */
export interface HostServices {
  readonly storage: MemoryStorage;
  readonly system: SystemFacts;
}

export interface SetupOptions {
  /** The mount's options and what is said of the plugin. */
  readonly config: Readonly<Record<string, string>>;
  readonly uuid: string;
  readonly services: HostServices | undefined;
}

export interface SpecialPaths {
  readonly root: readonly string[];
  readonly unauthenticated: readonly string[];
}

/** Vault's default_max_request_duration, in milliseconds. */
const requestTime = 90_000;
const setupTime = 60_000;
const cleanupTime = 10_000;

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const emptyRequest = Request.decode(new Uint8Array());

export class PluginBackend {
  readonly process: PluginProcess;
  readonly #client: BackendClient;
  readonly #metadata = new Metadata();
  readonly #listener: BrokerListener;

  private constructor(process: PluginProcess, listener: BrokerListener) {
    this.process = process;
    this.#listener = listener;
    this.#client = process.client(BackendClient);
    if (process.multiplexed) {
      this.#metadata.set("multiplex_id", Array.from({ length: 10 }, () => base62[randomInt(62)]).join(""));
    }
  }

  /**
   * Makes the backend; storage cannot be written meanwhile (sdk/logical/storage.go: ErrSetupReadOnly).
   * @throws PluginFailure with the backend's own reason
   */
  static async setUp(process: PluginProcess, { config, uuid, services }: SetupOptions): Promise<PluginBackend> {
    const listener = await process.broker.offer((server) => {
      serveStorage(server, services?.storage);
      serveSystemView(server, services?.system);
    });
    const backend = new PluginBackend(process, listener);
    if (services !== undefined) services.storage.refuseWrites = "cannot write to storage during setup";
    try {
      const request = { broker_id: listener.id, Config: { ...config }, backendUUID: uuid };
      const { err } = await backend.#call(backend.#client.setup.bind(backend.#client), request, setupTime);
      if (err !== "") throw new PluginFailure(`the plugin could not set the backend up: ${err}`);
    } catch (error) {
      listener.close();
      throw error;
    } finally {
      if (services !== undefined) services.storage.refuseWrites = undefined;
    }
    return backend;
  }

  /** 1: secrets engine, 2: auth method. */
  async type(): Promise<number> {
    return (await this.#call(this.#client.type.bind(this.#client), {}, setupTime)).type;
  }

  async specialPaths(): Promise<SpecialPaths> {
    const { paths } = await this.#call(this.#client.specialPaths.bind(this.#client), {}, setupTime);
    return { root: paths?.root ?? [], unauthenticated: paths?.unauthenticated ?? [] };
  }

  /** The version it says it has; "" when it says none. */
  async version(): Promise<string> {
    const client = this.process.client(PluginVersionClient);
    try {
      return (await this.#call(client.version.bind(client), {}, setupTime)).plugin_version;
    } catch (error) {
      if (hasStatus(error, status.UNIMPLEMENTED)) return "";
      throw error;
    }
  }

  /** @throws PluginFailure with the backend's own reason */
  async initialize(): Promise<void> {
    try {
      const { err } = await this.#call(this.#client.initialize.bind(this.#client), {}, setupTime);
      if (err !== undefined) throw new PluginFailure(`the plugin could not initialize the backend: ${textOf(err)}`);
    } catch (error) {
      if (!hasStatus(error, status.UNIMPLEMENTED)) throw error;
    }
  }

  handle(request: Partial<Request>, signal?: AbortSignal): Promise<HandleRequestReply> {
    const args = { storage_id: 0, request: { ...emptyRequest, data: "null", ...request } };
    return this.#call(this.#client.handleRequest.bind(this.#client), args, requestTime, signal);
  }

  exists(request: Partial<Request>, signal?: AbortSignal): Promise<HandleExistenceCheckReply> {
    const args = { storage_id: 0, request: { ...emptyRequest, data: "null", ...request } };
    return this.#call(this.#client.handleExistenceCheck.bind(this.#client), args, requestTime, signal);
  }

  /** Says good-bye to the backend; one that does not answer is left to itself. */
  async cleanUp(): Promise<void> {
    if (!this.process.hasExited) {
      await this.#call(this.#client.cleanup.bind(this.#client), {}, cleanupTime).catch(() => undefined);
    }
    this.#listener.close();
  }

  #call<Message, Reply>(
    method: UnaryMethod<Message, Reply>,
    message: Message,
    timeout: number,
    signal?: AbortSignal,
  ): Promise<Reply> {
    return callUnary(method, message, this.#metadata, { timeout, signal });
  }
}

export function hasStatus(error: unknown, code: number): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function textOf(error: ProtoError): string {
  return error.err_msg === "" ? `error ${error.err_type}` : error.err_msg;
}
