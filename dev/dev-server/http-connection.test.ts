import { afterAll, beforeAll, expect, test } from "bun:test";
import { createConnection } from "node:net";
import * as fc from "fast-check";
import { ToyServer } from "./testing/toy-server.ts";

let toys: ToyServer;
beforeAll(async () => {
  toys = await ToyServer.start();
});
afterAll(() => toys[Symbol.asyncDispose]());

const health = "GET /v1/sys/health HTTP/1.1\r\nhost: localhost\r\n";
const statusOf = (received: string): string => received.split("\r\n")[0] ?? "";

test("Vault's own method LIST is understood, though no HTTP library of the runtime knows it", async () => {
  const received = await toys.send(
    "LIST /v1/sys/policies/password HTTP/1.1\r\nhost: localhost\r\nx-vault-token: root\r\nconnection: close\r\n\r\n",
  );
  expect(statusOf(received)).toBe("HTTP/1.1 404 Not Found");
  expect(received).toEndWith('{"errors":[]}\n');
});

test("requests may follow each other on one connection, even before the answers", async () => {
  const received = await toys.send(`${health}\r\n${health}\r\n${health}connection: close\r\n\r\n`);
  expect(received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
});

test("HTTP/1.0 ends the connection, unless it asks for more", async () => {
  const received = await toys.send("GET /v1/sys/health HTTP/1.0\r\n\r\n");
  expect(received).toContain("connection: close");
});

test("HEAD gets the head alone", async () => {
  const received = await toys.send("HEAD /v1/sys/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
  expect(received).toMatch(/content-length: \d{3}/);
  expect(received).toEndWith("\r\n\r\n");
});

test("a body may come in chunks, and after 100 Continue", async () => {
  const head =
    "PUT /v1/sys/capabilities-self HTTP/1.1\r\nhost: localhost\r\nx-vault-token: root\r\nconnection: close\r\n";
  const chunks = `transfer-encoding: chunked\r\n\r\n9\r\n{"paths":\r\n6;ext\r\n["a/b"\r\n2\r\n]}\r\n0\r\n\r\n`;
  expect(await toys.send(`${head}${chunks}`)).toContain('"a/b":["root"]');
  const asked = await toys.send(`${head}expect: 100-continue\r\ncontent-length: 17\r\n\r\n{"paths":["a/b"]}`);
  expect(asked).toStartWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK");
});

test("a request that comes byte by byte is read all the same", async () => {
  const socket = createConnection(Number(new URL(toys.server.address).port), "127.0.0.1");
  const received: Buffer[] = [];
  socket.on("data", (chunk) => received.push(Buffer.from(chunk)));
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  socket.on("close", () => resolve());
  for (const byte of Buffer.from(`${health}connection: close\r\n\r\n`)) {
    socket.write(Buffer.from([byte]));
    await new Promise((next) => setImmediate(next));
  }
  await closed;
  expect(statusOf(Buffer.concat(received).toString())).toBe("HTTP/1.1 200 OK");
});

test.each([
  ["hello\r\n\r\n", "400", "this is not an HTTP/1.1 request"],
  ["GET /v1/sys/health HTTP/2\r\n\r\n", "400", "this is not an HTTP/1.1 request"],
  ["GET /v1/sys/health HTTP/1.1\r\nno colon\r\n\r\n", "400", "a header of the request cannot be read"],
  [`GET /v1/%zz HTTP/1.1\r\n\r\n`, "400", "the path of the request has a percent sign that encodes nothing"],
  ["PUT /v1/a HTTP/1.1\r\ncontent-length: ten\r\n\r\n", "400", "the content-length cannot be read"],
  [
    "PUT /v1/a HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "400",
    "the content-length cannot be read",
  ],
  ["PUT /v1/a HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n", "413", "the body is longer than 32 MiB"],
  ["PUT /v1/a HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n", "501", "a body is understood plain or chunked only"],
  ["PUT /v1/a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "400", "a chunk of the body cannot be read"],
  [`GET /${"a".repeat(70_000)} HTTP/1.1\r\n`, "431", "the head of the request is too long"],
])("%# bytes that are no request get one sentence, and the connection ends", async (bytes, status, sentence) => {
  const received = await toys.send(bytes);
  expect(statusOf(received)).toStartWith(`HTTP/1.1 ${status}`);
  expect(received).toContain(JSON.stringify({ errors: [sentence] }));
  expect(received).toContain("connection: close");
});

test("whatever bytes come, the server goes on serving", async () => {
  const lines = fc.constantFrom(
    "GET / HTTP/1.1",
    "PUT /v1/sys/unseal HTTP/1.1",
    "content-length: 3",
    "expect: 100-continue",
    "",
    "0",
  );
  const text = fc.array(fc.oneof(lines, fc.string()), { maxLength: 6 }).map((parts) => parts.join("\r\n"));
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      const socket = createConnection(Number(new URL(toys.server.address).port), "127.0.0.1");
      socket.on("error", () => undefined);
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      socket.on("close", () => resolve());
      socket.resume();
      socket.end(bytes);
      await closed;
    }),
    { numRuns: 200 },
  );
  expect((await toys.call("GET", "sys/health")).status).toBe(200);
});
