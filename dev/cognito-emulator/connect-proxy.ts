import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ConnectProxy {
  /** For HTTPS_PROXY. */
  readonly url: string;
  readonly port: number;
  /** `host:port` of every CONNECT, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A proxy that leads every CONNECT, whatever host it asks for, to one port of this machine. */
export async function startConnectProxy(options: {
  readonly targetPort: number;
  readonly port?: number;
}): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer((_request, response) => {
    response.writeHead(405, { "content-type": "text/plain" });
    response.end("This proxy answers CONNECT only.\n");
  });
  server.on("connection", keep);
  server.on("connect", (request, client, head) => {
    asked.push(request.url ?? "");
    const target = connect(options.targetPort, "127.0.0.1");
    keep(target);
    target.once("connect", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.write(head);
      target.pipe(client);
      client.pipe(target);
    });
    target.on("error", () => client.destroy());
    client.on("error", () => target.destroy());
    target.on("close", () => client.destroy());
    client.on("close", () => target.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
