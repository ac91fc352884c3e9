import { afterEach, beforeEach, expect, test } from "bun:test";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { networkFailure } from "./network-failure.ts";

const complete = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

let server: Server;
let url: string;
let received: number;
let behave: (socket: Socket, requests: number) => void;

/** A server on bare sockets, for answers that no HTTP library would give. */
beforeEach(async () => {
  received = 0;
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => {
      received += 1;
      behave(socket, received);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
});
afterEach(() => {
  server.close();
});

async function failureOfFetch(signal?: AbortSignal) {
  try {
    const response = await fetch(url, { method: "POST", body: "x", ...(signal && { signal }) });
    await response.text();
  } catch (error) {
    return networkFailure(error);
  }
  throw new Error("it should have failed");
}

test("a port that nobody listens on is unreachable: nothing was sent", async () => {
  server.close();
  expect(await failureOfFetch()).toEqual({ kind: "unreachable", code: "ECONNREFUSED" });
});

for (const [what, reply] of [
  ["closed", (socket: Socket) => socket.end()],
  ["reset", (socket: Socket) => socket.resetAndDestroy()],
  ["closed within the headers", (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nconte")],
  ["closed within the body", (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")],
] as const) {
  test(`a connection ${what} instead of an answer is unavailable: the work may be done`, async () => {
    behave = reply;
    expect(await failureOfFetch()).toEqual({ kind: "unavailable", code: "ECONNRESET" });
  });
}

test("what is no HTTP is unavailable", async () => {
  behave = (socket) => socket.end("220 mail.example.com ESMTP\r\n\r\n");
  expect((await failureOfFetch()).kind).toBe("unavailable");
});

for (const [what, begin] of [
  ["before it answers", ""],
  ["within its answer", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"],
] as const) {
  test(`a server that hangs ${what} is unavailable once the time is over`, async () => {
    const time = new AbortController();
    behave = (socket) => {
      if (begin !== "") socket.write(begin);
      setImmediate(() => time.abort(new DOMException("The operation timed out.", "TimeoutError")));
    };
    expect(await failureOfFetch(time.signal)).toEqual({ kind: "unavailable", code: "Timeout" });
  });
}

// "Whom the engine may delete" rests on this: a hidden re-send would make our own user look like a stranger's.
for (const [what, end] of [
  ["closed", (socket: Socket) => socket.end()],
  ["reset", (socket: Socket) => socket.resetAndDestroy()],
] as const) {
  test(`the runtime does not silently send again what a kept connection took before it was ${what}`, async () => {
    behave = (socket, requests) => {
      if (requests === 2) end(socket);
      else socket.write(complete);
    };
    await (await fetch(url, { method: "POST", body: "x" })).text();
    expect(await failureOfFetch()).toEqual({ kind: "unavailable", code: "ECONNRESET" });
    expect(received).toBe(2);
  });
}

test("a mistake of ours is no network failure", () => {
  expect(networkFailure(new TypeError("undefined is not a function"))).toEqual({
    kind: "unexpected",
    code: "TypeError",
  });
  expect(networkFailure(Object.assign(new Error("x"), { name: "a <b> c" }))).toEqual({
    kind: "unexpected",
    code: "UnknownError",
  });
  expect(networkFailure(undefined)).toEqual({ kind: "unexpected", code: "UnknownError" });
});

test("Node's way of reporting, with the code on the cause, means the same", () => {
  const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  expect(networkFailure(new TypeError("fetch failed", { cause }))).toEqual({
    kind: "unreachable",
    code: "ECONNREFUSED",
  });
});
