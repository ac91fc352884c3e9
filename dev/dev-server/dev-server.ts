import { createServer, type Server, type Socket } from "node:net";
import { answerRequest } from "./api.ts";
import { Core, type CoreOptions } from "./core.ts";
import { serveConnection } from "./http-connection.ts";

export interface DevServerOptions extends CoreOptions {
  /** Of the loopback. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** A Vault for development: in memory, not encrypted, with one token. */
export class DevServer {
  readonly core: Core;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(core: Core, server: Server) {
    this.core = core;
    this.#server = server;
  }

  /** @throws when the port is taken */
  static async start(options: DevServerOptions): Promise<DevServer> {
    const core = new Core(options);
    const listener = createServer();
    const server = new DevServer(core, listener);
    listener.on("connection", (socket) => server.#serve(socket));
    try {
      const port = await listen(listener, options.port, options.host);
      core.address = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
    } catch (error) {
      await core.stop();
      throw error;
    }
    return server;
  }

  get address(): string {
    return this.core.address;
  }

  async stop(): Promise<void> {
    this.#server.close();
    await this.core.stop();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    serveConnection(socket, (request) => answerRequest(this.core, request)).catch(() => socket.destroy());
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen(port, host, () => {
    const address = server.address();
    resolve(typeof address === "object" && address !== null ? address.port : port);
  });
  return promise;
}
