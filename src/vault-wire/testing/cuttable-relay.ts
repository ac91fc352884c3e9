import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listenOnLoopback } from "./listen.ts";

/** Passes bytes between clients and a server until it is told to cut them off, as the death of a process does. */
export class CuttableRelay {
  readonly address: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(address: string, server: Server, sockets: Set<Socket>) {
    this.address = address;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async to(target: string): Promise<CuttableRelay> {
    const { hostname, port } = new URL(`tcp://${target}`);
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connect(Number(port), hostname);
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
    });
    return new CuttableRelay(await listenOnLoopback(server), server, sockets);
  }

  /** Resolves once every connection was ended, by whoever made it; rejects when one is left after five seconds. */
  async allEnded(): Promise<void> {
    const deadline = performance.now() + 5_000;
    while (this.#sockets.size > 0) {
      if (performance.now() > deadline) throw new Error(`${this.#sockets.size / 2} connections are left`);
      await sleep(10);
    }
  }

  /** Ends every connection there is; new ones may come. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }
}
