import { once } from "node:events";
import { createServer, type TlsOptions, type Server as TlsServer } from "node:tls";
import { type ConnectionInjector, Server, ServerCredentials, type ServerOptions } from "@grpc/grpc-js";
import { HostConnection } from "./host-connection.ts";
import { rememberStream } from "./lost-answer.ts";
import type { ServiceRegistry } from "./service-registry.ts";

const serverOptions: ServerOptions = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  "grpc.enable_channelz": 0,
  interceptors: [rememberStream],
};

// By default an HTTP/2 server drops a connection on which about 30 requests a second are cancelled, and with it
// every mount of the process. Cancelling is everyday work for a host, and the host is the one peer let in here.
const withoutLimitOfResets = { streamResetBurst: Number.MAX_SAFE_INTEGER, streamResetRate: Number.MAX_SAFE_INTEGER };

/** The gRPC server of a plugin. TLS ends before it, so that `HostConnection` sees what the host sends. */
export class HostServer implements ServiceRegistry {
  readonly #grpc = new Server(serverOptions);
  readonly #injector: ConnectionInjector;
  #listener: TlsServer | undefined;

  constructor() {
    // There is no option of grpc-js for it.
    Object.assign(this.#grpc["commonServerOptions"], withoutLimitOfResets);
    this.#injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
  }

  readonly addService: Server["addService"] = (definition, implementation) =>
    this.#grpc.addService(definition, implementation);

  /** Lets in at this socket who passes `tls`. */
  async listen(path: string, tls: TlsOptions): Promise<void> {
    const listener = createServer(tls, (socket) => this.#injector.injectConnection(new HostConnection(socket)));
    this.#listener = listener;
    listener.listen(path);
    await once(listener, "listening");
  }

  close(): void {
    this.#listener?.close();
    this.#grpc.forceShutdown();
  }
}
