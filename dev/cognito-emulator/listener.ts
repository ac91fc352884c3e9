import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Clock } from "./clock.ts";
import type { Outcome } from "./handle-call.ts";
import type { HttpAnswer, HttpRequest } from "./http-message.ts";

const MAX_BODY = 1024 * 1024;
/** Long: a client must not meet a connection that was closed while idle, which only looks like a fault. */
const KEEP_ALIVE_MILLISECONDS = 600_000;
const CHUNK = Buffer.alloc(64 * 1024, " ");

export interface TlsIdentity {
  /** PEM. */
  readonly key: string;
  /** PEM, the leaf first. */
  readonly cert: string;
}

export interface Listener {
  readonly port: number;
  /** Cuts every connection, too. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly port: number;
  readonly tls?: TlsIdentity | undefined;
  /** Source of the Date header, from which AWS's SDKs learn how far their own clock is off. */
  readonly clock: Clock;
  readonly requestId: () => string;
  handle(request: HttpRequest): Promise<Outcome>;
}

/** Serves HTTP on the loopback interface, and can do on it what a broken network does. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const onRequest: RequestListener = (incoming, response) => {
    serve(options, incoming, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) incoming.socket.destroy();
      else send(options, response, brokenEmulator(error));
    });
  };
  const server = options.tls === undefined ? createServer(onRequest) : createTlsServer({ ...options.tls }, onRequest);
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function serve(options: ListenOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(incoming);
  if (body === undefined) {
    send(options, response, { status: 413, headers: {}, body: "" });
    return;
  }
  const [path = "/", query = ""] = splitOnce(incoming.url ?? "/", "?");
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(",") : value;
  const outcome = await options.handle({ method: incoming.method ?? "GET", path, query, headers, body });
  if (response.destroyed) return;
  switch (outcome.kind) {
    case "answer":
      send(options, response, outcome.answer);
      return;
    case "oversized":
      await stream(options, response, outcome);
      return;
    case "reset":
      reset(incoming.socket);
  }
}

/** Bun's TLS sockets cannot be reset; closed without TLS's farewell they look the same to a client. */
function reset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}

const brokenEmulator = (error: unknown): HttpAnswer => ({
  status: 500,
  headers: { "content-type": "text/plain" },
  body: `The emulator failed: ${error instanceof Error ? error.message : String(error)}\n`,
});

/** Undefined when the body is larger than any request to these services. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const commonHeaders = ({ clock, requestId }: ListenOptions): Record<string, string> => ({
  date: new Date(clock.now()).toUTCString(),
  "x-amzn-requestid": requestId(),
});

function send(options: ListenOptions, response: ServerResponse, answer: HttpAnswer): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...commonHeaders(options), ...answer.headers, "content-length": body.length });
  response.end(body);
}

async function stream(
  options: ListenOptions,
  response: ServerResponse,
  { bytes, contentType }: { readonly bytes: number; readonly contentType: string },
): Promise<void> {
  response.writeHead(200, { ...commonHeaders(options), "content-type": contentType });
  const gone = new Promise<void>((resolve) => response.once("close", resolve));
  for (let sent = 0; sent < bytes && !response.destroyed; sent += CHUNK.length) {
    if (response.write(CHUNK)) continue;
    await Promise.race([gone, new Promise<void>((resolve) => response.once("drain", resolve))]);
  }
  response.end();
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
