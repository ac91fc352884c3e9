import { expect, test } from "bun:test";
import { once } from "node:events";
import { type Duplex, duplexPair } from "node:stream";
import { HostConnection } from "./host-connection.ts";

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const resetOf3 = Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, 3, 0, 0, 0, 8]);

async function connected() {
  const [host, socket] = duplexPair();
  const connection = new HostConnection(socket);
  const send = async (bytes: Buffer | string) => {
    host.write(bytes);
    await once(connection, "data");
  };
  await send(preface);
  return { host, connection, send };
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

test("it ends with the host's connection, and the host's with it", async () => {
  const [, socket] = duplexPair();
  const cut = new HostConnection(socket);
  socket.destroy();
  await once(cut, "close");

  const [, open] = duplexPair();
  new HostConnection(open).destroy();
  await once(open, "close");
});
