import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { pem, type TestHost } from "../../../src/go-plugin/testing/test-host.ts";

/** A TLS connection to the plugin by its own host, below HTTP/2. */
export async function connectAsHost(host: TestHost): Promise<TLSSocket> {
  const [, , , path = "", , certificate = ""] = await host.handshake();
  const socket = connectTls({
    path,
    ca: new X509Certificate(Buffer.from(certificate, "base64")).toString(),
    key: host.identity.privateKey,
    cert: pem(host.identity),
    servername: "localhost",
    ALPNProtocols: ["h2"],
  });
  await once(socket, "secureConnect");
  return socket;
}

export async function openSession(host: TestHost): Promise<ClientHttp2Session> {
  const socket = await connectAsHost(host);
  const session = connectHttp2("https://localhost", { createConnection: () => socket });
  session.on("error", () => undefined);
  return session;
}

/** Sends bytes as the body of a call, whatever they are. */
export function callRaw(
  session: ClientHttp2Session,
  path: string,
  body: Buffer,
  contentType = "application/grpc",
): ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": contentType,
    te: "trailers",
  });
  stream.on("error", () => undefined);
  stream.end(body);
  return stream;
}

/** A message as gRPC frames it: a flag for compression, four bytes of length, the bytes. */
export function frame(message: Buffer, { length = message.length } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

/** How the plugin ended the call: its gRPC status or its HTTP status. */
export async function endOf(stream: ClientHttp2Stream): Promise<string> {
  let end = "cut";
  const look = (headers: Readonly<Record<string, unknown>>) => {
    if (headers["grpc-status"] !== undefined) end = `grpc ${headers["grpc-status"]}`;
    else if (headers[":status"] !== undefined && headers[":status"] !== 200) end = `http ${headers[":status"]}`;
  };
  stream.on("response", look);
  stream.on("trailers", look);
  stream.resume();
  if (!stream.closed) await once(stream, "close");
  return end;
}
