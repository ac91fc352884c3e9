/**
 * The host's half of the broker (go-plugin grpc_broker.go): for each backend a listener of its own, whose address goes to the plugin on
 * one stream.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type ClientDuplexStream, Server, type ServerCredentials } from "@grpc/grpc-js";
import type { ConnInfo } from "../../src/go-plugin/gen/broker.ts";

/** A listener that serves one backend its host's services. */
export interface BrokerListener {
  readonly id: number;
  close(): void;
}

export class BrokerHost {
  readonly #stream: ClientDuplexStream<ConnInfo, ConnInfo>;
  readonly #folder: string;
  readonly #credentials: ServerCredentials;
  readonly #listeners = new Set<BrokerListener>();
  #lastId = 0;

  /** @param folder where the sockets are made; a path that sockets can bear */
  constructor(stream: ClientDuplexStream<ConnInfo, ConnInfo>, folder: string, credentials: ServerCredentials) {
    this.#stream = stream;
    this.#folder = folder;
    this.#credentials = credentials;
    // The stream breaks when the plugin ends; that is noticed by its exit.
    stream.on("error", () => undefined);
    stream.on("data", () => undefined);
  }

  /** Serves what `register` adds, and tells the plugin where. */
  async offer(register: (server: Server) => void): Promise<BrokerListener> {
    this.#lastId += 1;
    const id = this.#lastId;
    const socket = join(this.#folder, `b${id}`);
    const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    register(server);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.bindAsync(`unix:${socket}`, this.#credentials, (error) => (error === null ? resolve() : reject(error)));
    await promise;
    this.#stream.write({ service_id: id, network: "unix", address: socket, knock: undefined });
    const listener = {
      id,
      close: () => {
        this.#listeners.delete(listener);
        server.forceShutdown();
        rmSync(socket, { force: true });
      },
    };
    this.#listeners.add(listener);
    return listener;
  }

  /** Ends the stream and every listener. */
  close(): void {
    this.#stream.cancel();
    for (const listener of this.#listeners) listener.close();
  }
}
