import { expect, test } from "bun:test";
import { once } from "node:events";
import { constants } from "node:http2";
import { type Duplex, duplexPair } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { HostConnection } from "./host-connection.ts";
import { resetFrame } from "./testing/reset-frame.ts";

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const resetOf3 = resetFrame(3, constants.NGHTTP2_CANCEL);

async function connected() {
  const [host, socket] = duplexPair();
  const connection = new HostConnection(socket);
  const send = async (bytes: Buffer | string) => {
    host.write(bytes);
    await once(connection, "data");
  };
  await send(preface);
  return { host, socket, connection, send };
}

/** Until its end, without destroying it. */
async function contentsOf(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk)).resume();
  await once(stream, "end");
  return Buffer.concat(chunks);
}

test("a reset that came just before it was asked for is told at once, and only once", async () => {
  const { connection, send } = await connected();
  await send(resetOf3);
  let told = 0;
  connection.whenReset(3, () => {
    told += 1;
  });
  expect(told).toBe(1);
  await send(resetOf3);
  expect(told).toBe(1);
});

test("a watch that was ended tells nothing", async () => {
  const { connection, send } = await connected();
  let told = 0;
  const stop = connection.whenReset(3, () => {
    told += 1;
  });
  stop();
  await send(resetOf3);
  expect(told).toBe(0);
});

test("bytes pass both ways as they are, faster than they are read", async () => {
  const { host, connection } = await connected();
  const sent = Buffer.alloc(4 * 1024 * 1024, "0123456789");
  connection.pause();
  host.end(sent);
  connection.end("answer");
  const [received, answer] = await Promise.all([contentsOf(connection), contentsOf(host)]);
  expect(received.equals(sent)).toBeTrue();
  expect(answer.toString()).toBe("answer");
});

test("what either side does not read stays with the other", async () => {
  const { host, socket, connection } = await connected();
  connection.pause();
  for (let sent = 0; sent < 100; sent += 1) {
    host.write(Buffer.alloc(16 * 1024));
    connection.write(Buffer.alloc(16 * 1024));
  }
  for (let turns = 0; turns < 200; turns += 1) await turn();
  expect(connection.readableLength).toBeLessThan(200 * 1024);
  expect(socket.writableLength).toBeLessThan(200 * 1024);
});

test("its end is told to a host that goes on sending", async () => {
  const { host, connection } = await connected();
  connection.end("answer");
  expect((await contentsOf(host)).toString()).toBe("answer");
  host.destroy();
});

test("as many resets are remembered as may come at once, and no more", async () => {
  const { connection, send } = await connected();
  const ids = Array.from({ length: 1001 }, (_, index) => 2 * index + 1);
  await send(Buffer.concat(ids.map((id) => resetFrame(id, constants.NGHTTP2_CANCEL))));
  const told: number[] = [];
  for (const id of ids) connection.whenReset(id, () => told.push(id));
  expect(told).toEqual(ids.slice(1));
});

test("it ends with the host's connection, and the host's with it", async () => {
  const [, socket] = duplexPair();
  const cut = new HostConnection(socket);
  socket.destroy();
  await once(cut, "close");

  const [, faulty] = duplexPair();
  const broken = new HostConnection(faulty);
  const error = once(broken, "error");
  faulty.destroy(new Error("broken pipe"));
  expect(await error).toEqual([new Error("broken pipe")]);

  const [, open] = duplexPair();
  new HostConnection(open).destroy();
  await once(open, "close");
});
