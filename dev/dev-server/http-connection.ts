/**
 * HTTP/1.1 on one connection, one request after the other. It is here because of Vault's method LIST, which the HTTP servers of Node and
 * Bun refuse.
 */

import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { BadHttp, type HttpAnswer, type HttpRequest } from "./http-message.ts";

const longestHead = 64 * 1024;
/** Vault's max_request_size. */
const longestBody = 32 * 1024 * 1024;

export type Respond = (request: HttpRequest) => Promise<HttpAnswer>;

interface Head {
  readonly method: string;
  readonly target: string;
  readonly keepAlive: boolean;
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** Serves requests until either side has had enough. Never rejects. */
export async function serveConnection(socket: Socket, respond: Respond): Promise<void> {
  const reader = new Reader(socket);
  const gone = new AbortController();
  socket.on("close", () => gone.abort());
  socket.on("error", () => undefined);
  try {
    for (;;) {
      const head = await readHead(reader);
      if (head === undefined) break;
      if (head.headers.get("expect")?.[0]?.toLowerCase() === "100-continue") {
        socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      }
      const body = await readBody(reader, head);
      const { path, query } = readTarget(head.target);
      const remoteAddress = socket.remoteAddress ?? "";
      const { method, headers, keepAlive } = head;
      const answer = await respond({ method, path, query, headers, body, remoteAddress, signal: gone.signal });
      write(socket, answer, { keepAlive, withBody: method !== "HEAD" });
      if (!keepAlive) break;
    }
  } catch (error) {
    if (error instanceof BadHttp) write(socket, refusal(error), { keepAlive: false, withBody: true });
    else socket.destroy();
  }
  socket.end();
}

function refusal({ status, message }: BadHttp): HttpAnswer {
  const body = `${JSON.stringify({ errors: [message] })}\n`;
  return { status, headers: { "content-type": "application/json" }, body };
}

function write(socket: Socket, answer: HttpAnswer, how: { keepAlive: boolean; withBody: boolean }): void {
  if (socket.destroyed) return;
  const body = Buffer.from(answer.body);
  const headers: Record<string, string> = {
    ...answer.headers,
    "content-length": String(body.length),
    connection: how.keepAlive ? "keep-alive" : "close",
  };
  if (answer.status === 204) delete headers["content-length"];
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, " ")}\r\n`);
  socket.write(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}\r\n${lines.join("")}\r\n`);
  if (how.withBody && answer.status !== 204) socket.write(body);
}

async function readHead(reader: Reader): Promise<Head | undefined> {
  const text = await reader.until("\r\n\r\n", longestHead);
  if (text === undefined) return undefined;
  const [first = "", ...rest] = text.replace(/^(\r\n)+/, "").split("\r\n");
  const [, method, target, version] = /^([A-Za-z]+) (\S+) HTTP\/1\.([01])$/.exec(first) ?? [];
  if (method === undefined || target === undefined) throw new BadHttp(400, "this is not an HTTP/1.1 request");
  const headers = new Map<string, string[]>();
  for (const line of rest) {
    const [, name, value = ""] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined) throw new BadHttp(400, "a header of the request cannot be read");
    const values = headers.get(name.toLowerCase()) ?? [];
    headers.set(name.toLowerCase(), [...values, value]);
  }
  const connection = headers.get("connection")?.join().toLowerCase() ?? "";
  const keepAlive = version === "1" ? !connection.includes("close") : connection.includes("keep-alive");
  return { method: method.toUpperCase(), target, keepAlive, headers };
}

async function readBody(reader: Reader, { headers }: Head): Promise<Buffer> {
  const encoding = headers.get("transfer-encoding")?.join().toLowerCase();
  if (encoding === "chunked") return readChunks(reader);
  if (encoding !== undefined) throw new BadHttp(501, "a body is understood plain or chunked only");
  const lengths = new Set(headers.get("content-length") ?? ["0"]);
  const [length = ""] = lengths;
  if (lengths.size !== 1 || !/^\d{1,15}$/.test(length)) throw new BadHttp(400, "the content-length cannot be read");
  if (Number(length) > longestBody) throw tooLong();
  return reader.take(Number(length));
}

async function readChunks(reader: Reader): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const line = await reader.until("\r\n", 1024);
    const [, digits] = /^([0-9a-fA-F]{1,8})[ \t]*(;.*)?$/.exec(line ?? "") ?? [];
    if (digits === undefined) throw new BadHttp(400, "a chunk of the body cannot be read");
    const size = Number.parseInt(digits, 16);
    length += size;
    if (length > longestBody) throw tooLong();
    if (size === 0) break;
    chunks.push(await reader.take(size));
    await reader.take(2);
  }
  for (;;) {
    const trailer = await reader.until("\r\n", longestHead);
    if (trailer === undefined || trailer === "") return Buffer.concat(chunks);
  }
}

function tooLong(): BadHttp {
  return new BadHttp(413, `the body is longer than ${longestBody / 1024 / 1024} MiB`);
}

function readTarget(target: string): { path: string; query: URLSearchParams } {
  const [path = "", ...query] = target.replace(/^https?:\/\/[^/?#]*/i, "").split("?");
  try {
    return { path: decodeURIComponent(path || "/"), query: new URLSearchParams(query.join("?")) };
  } catch {
    throw new BadHttp(400, "the path of the request has a percent sign that encodes nothing");
  }
}

/** The bytes of a connection, in portions of the reader's choice. It always listens, as only so the client's end is noticed. */
class Reader {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #waiting = 0;
  #kept: Buffer = Buffer.alloc(0);
  #ended = false;
  #grown = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    const grow = (): void => {
      this.#grown.resolve();
      this.#grown = Promise.withResolvers();
    };
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#waiting += chunk.length;
      if (this.#waiting > longestBody) socket.pause();
      grow();
    });
    for (const end of ["end", "close", "error"]) {
      socket.on(end, () => {
        this.#ended = true;
        grow();
      });
    }
  }

  /** The text before `end`, which is taken too. Undefined when the connection ends first. */
  async until(end: string, limit: number): Promise<string | undefined> {
    for (let searched = 0; ; ) {
      const at = this.#kept.indexOf(end, searched);
      if (at !== -1) {
        const text = this.#kept.toString("latin1", 0, at);
        this.#kept = this.#kept.subarray(at + end.length);
        return text;
      }
      if (this.#kept.length > limit) throw new BadHttp(431, "the head of the request is too long");
      searched = Math.max(0, this.#kept.length - end.length);
      if (!(await this.#more())) return undefined;
    }
  }

  async take(count: number): Promise<Buffer> {
    while (this.#kept.length < count) {
      if (!(await this.#more())) throw new BadHttp(400, "the request ends in the middle of its body");
    }
    const taken = this.#kept.subarray(0, count);
    this.#kept = this.#kept.subarray(count);
    return taken;
  }

  async #more(): Promise<boolean> {
    while (this.#chunks.length === 0) {
      if (this.#ended) return false;
      await this.#grown.promise;
    }
    this.#kept = Buffer.concat([this.#kept, ...this.#chunks.splice(0)]);
    this.#waiting = 0;
    this.#socket.resume();
    return true;
  }
}
