import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect, createServer, type Server } from "node:net";
import * as grpc from "@grpc/grpc-js";
import type { Backend, BackendFactory } from "../../framework/backend.ts";
import type { Clock } from "../../framework/clock.ts";
import { systemClock } from "../../framework/system-clock.ts";
import { RecordingLogger } from "../../framework/testing/recording-logger.ts";
import type { Broker } from "../../go-plugin/broker.ts";
import { brokerConnection } from "../../go-plugin/broker-connection.ts";
import { HostConnection } from "../../go-plugin/host-connection.ts";
import { rememberStream } from "../../go-plugin/lost-answer.ts";
import { registerVaultServices } from "../backend-service.ts";
import { BackendClient, BackendService, Request as WireRequest } from "../gen/backend.ts";
import { PluginMultiplexingClient } from "../gen/multiplexing.ts";
import { PluginVersionClient } from "../gen/version.ts";
import { CuttableRelay } from "./cuttable-relay.ts";
import { type HostServices, type ListeningHost, listenAsHost } from "./host-services.ts";
import { listenOnLoopback } from "./listen.ts";

type Method<Request, Reply> = (
  request: Request,
  metadata: grpc.Metadata,
  options: Partial<grpc.CallOptions>,
  callback: (error: grpc.ServiceError | null, reply: Reply) => void,
) => grpc.ClientUnaryCall;

export interface PluginOptions {
  readonly clock?: Clock;
  readonly metadataMode?: boolean;
  /** Default: true. */
  readonly tellsVersion?: boolean;
  readonly host?: HostServices;
}

/**
 * The plugin's services on a real server, which sees the host's connection as in a plugin's process, but for TLS; with a
 * host to talk to, and a client that plays that host.
 */
export class PluginUnderTest {
  readonly logger: RecordingLogger;
  readonly host: ListeningHost;
  readonly backend: BackendClient;
  readonly versions: PluginVersionClient;
  readonly multiplexing: PluginMultiplexingClient;
  /** As when the host stops the process. */
  readonly endWork: () => Promise<void>;
  readonly #server: grpc.Server;
  readonly #listener: Server;
  readonly #relay: CuttableRelay;

  private constructor(
    host: ListeningHost,
    server: grpc.Server,
    listener: Server,
    relay: CuttableRelay,
    logger: RecordingLogger,
    endWork: () => Promise<void>,
  ) {
    this.endWork = endWork;
    const { address } = relay;
    this.#relay = relay;
    const credentials = grpc.credentials.createInsecure();
    const options = { "grpc.use_local_subchannel_pool": 1 };
    this.host = host;
    this.logger = logger;
    this.#server = server;
    this.#listener = listener;
    this.backend = new BackendClient(address, credentials, options);
    this.versions = new PluginVersionClient(address, credentials, options);
    this.multiplexing = new PluginMultiplexingClient(address, credentials, options);
  }

  static async start(factory: BackendFactory, options: PluginOptions = {}): Promise<PluginUnderTest> {
    const { clock = systemClock, metadataMode = false } = options;
    const told = { version: "1.2.3", tellsVersion: options.tellsVersion ?? true };
    const host = await listenAsHost(options.host ?? {});
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, interceptors: [rememberStream] });
    const logger = new RecordingLogger();
    const endWork = registerVaultServices(server, brokerTo(host), { factory, ...told, clock, logger, metadataMode });
    const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
    const listener = createServer((socket) => injector.injectConnection(new HostConnection(socket)));
    const relay = await CuttableRelay.to(await listenOnLoopback(listener));
    return new PluginUnderTest(host, server, listener, relay, logger, endWork);
  }

  [Symbol.dispose](): void {
    for (const client of [this.backend, this.versions, this.multiplexing]) client.close();
    this.#relay.close();
    this.#listener.close();
    this.#server.forceShutdown();
    this.host.die();
  }

  /** As when the host's process dies. */
  cutHostsConnection(): void {
    this.#relay.cut();
  }

  /** Sets a mount up and returns its id. */
  async mount(id = "mount"): Promise<string> {
    const { err } = await this.setup(id);
    if (err !== "") throw new Error(err);
    return id;
  }

  setup(id: string, brokerId = reachable, config: Record<string, string> = {}) {
    const request = { broker_id: brokerId, Config: config, backendUUID: `uuid-of-${id}` };
    return this.call(this.backend.setup.bind(this.backend), id, request);
  }

  handle(id: string, request: Partial<WireRequest>) {
    return this.call(this.backend.handleRequest.bind(this.backend), id, {
      storage_id: 0,
      request: wireRequest(request),
    });
  }

  /** Gives a request up that is answered already, as a host does whose caller left before it had read the answer to its end. */
  async giveUpAnswered(id: string, request: Partial<WireRequest>): Promise<void> {
    const { hostname, port } = new URL(`http://${this.#relay.address}`);
    const socket = connect(Number(port), hostname);
    const session = connectHttp2(`http://${this.#relay.address}`, { createConnection: () => socket });
    const { path, requestSerialize } = BackendService.handleRequest;
    const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
    const stream = session.request({ ...headers, multiplex_id: id });
    const message = requestSerialize({ storage_id: 0, request: wireRequest(request) });
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([head, message]));
    await once(stream.resume(), "end");
    // RFC 9113 §6.4: RST_STREAM.
    const reset = Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, stream.id ?? 0, 0, 0, 0, constants.NGHTTP2_CANCEL]);
    socket.write(reset);
  }

  exists(id: string, request: Partial<WireRequest>) {
    const args = { storage_id: 0, request: wireRequest({ operation: "update", ...request }) };
    return this.call(this.backend.handleExistenceCheck.bind(this.backend), id, args);
  }

  cleanup(id: string) {
    return this.call(this.backend.cleanup.bind(this.backend), id, {});
  }

  /** @param ids values of multiplex_id: a host sends one */
  call<Request, Reply>(
    method: Method<Request, Reply>,
    ids: string | readonly string[],
    request: Request,
    options: Partial<grpc.CallOptions> = {},
    started: (call: grpc.ClientUnaryCall) => void = () => {},
  ): Promise<Reply> {
    const metadata = new grpc.Metadata();
    for (const id of [ids].flat()) metadata.add("multiplex_id", id);
    return new Promise((resolve, reject) => {
      const call = method(request, metadata, options, (error, reply) => {
        if (error === null) resolve(reply);
        else reject(error);
      });
      started(call);
    });
  }
}

/** The id under which the host listens. */
export const reachable = 1;

function brokerTo(host: ListeningHost): Broker {
  return {
    async dial(id) {
      if (id !== reachable) throw new Error(`no listener ${id}`);
      const info = { service_id: id, network: "tcp", address: host.address, knock: undefined };
      return brokerConnection(info, grpc.credentials.createInsecure());
    },
  };
}

const emptyRequest = WireRequest.decode(new Uint8Array());

export function wireRequest(request: Partial<WireRequest>): WireRequest {
  return { ...emptyRequest, data: "null", ...request };
}

/** A backend that does nothing but what `parts` says. */
export function backendOf(parts: Partial<Backend>): Backend {
  return {
    specialPaths: { root: [], unauthenticated: [], localStorage: [], sealWrapStorage: [] },
    initialize: async () => {},
    handle: async () => undefined,
    exists: async () => undefined,
    invalidate: async () => {},
    cleanup: async () => {},
    ...parts,
  };
}
