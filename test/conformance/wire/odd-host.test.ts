import { expect, test } from "bun:test";
import { once } from "node:events";
import type { ClientHttp2Stream } from "node:http2";
import { TestHost } from "../../../src/go-plugin/testing/test-host.ts";
import { callRaw, connectAsHost, endOf, frame, openSession } from "./raw-host.ts";

const echo = "/toy.Toy/Echo";
const large = Buffer.alloc(4 * 1024 * 1024, "four MiB ");

test("a host that sends frames that are none harms only its own calls", async () => {
  await using host = new TestHost();
  const toy = await host.toy();
  const session = await openSession(host);
  const garbage = Buffer.alloc(100, 255);
  const unimplemented = "grpc 12";
  const internal = "grpc 13";
  const calls: readonly (readonly [what: string, stream: ClientHttp2Stream, end: string])[] = [
    ["an unknown method", callRaw(session, "/toy.Toy/Nothing", frame(garbage)), unimplemented],
    ["an unknown service", callRaw(session, "/no.Service/Nothing", frame(garbage)), unimplemented],
    ["no path of a method", callRaw(session, "/", frame(garbage)), unimplemented],
    ["another content type", callRaw(session, echo, frame(garbage), "text/plain"), "http 415"],
    ["no message", callRaw(session, echo, Buffer.alloc(0)), unimplemented],
    ["a message cut short", callRaw(session, echo, frame(garbage, { length: 1000 })), unimplemented],
    ["two messages for one", callRaw(session, echo, Buffer.concat([frame(garbage), frame(garbage)])), unimplemented],
    ["a message of no meaning", callRaw(session, "/grpc.health.v1.Health/Check", frame(garbage)), internal],
    ["a stream of no meaning", callRaw(session, "/plugin.GRPCBroker/StartStream", frame(garbage)), internal],
  ];
  const ends = await Promise.all(calls.map(async ([what, stream]) => [what, await endOf(stream)]));
  expect(ends).toEqual(calls.map(([what, _stream, end]) => [what, end]));
  session.destroy();
  expect(await toy.ask("echo", "hello")).toBe("hello");
  expect(host.log).toEqual([]);
});

test("a host that speaks no HTTP/2 is cut off, and another connection is not", async () => {
  await using host = new TestHost();
  const toy = await host.toy();
  for (const said of [
    "GET / HTTP/1.1\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.alloc(50_000, 255)]),
    // A frame of 16 MiB - 1 bytes, which nobody agreed to.
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\x00\x00\x00\x00\x00\x01", "latin1"),
  ]) {
    const socket = await connectAsHost(host);
    socket.on("error", () => undefined);
    socket.resume();
    socket.end(said);
    await once(socket, "close");
  }
  expect(await toy.ask("echo", "hello")).toBe("hello");
  expect(host.log).toEqual([]);
});

test("a host that reads slowly gets everything in the end, and holds nobody else up", async () => {
  await using host = new TestHost();
  const toy = await host.toy();
  const session = await openSession(host);
  const slow = Array.from({ length: 4 }, () => callRaw(session, echo, frame(large)));
  for (const stream of slow) stream.pause();
  for (let call = 0; call < 100; call += 1) expect(await toy.ask("echo", `${call}`)).toBe(`${call}`);
  expect(slow.map(({ closed }) => closed)).toEqual([false, false, false, false]);
  for (const stream of slow) {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(frame(large))).toBe(true);
  }
  session.destroy();
});

test("a host that asks for much and never reads leaves nothing behind when it gives up", async () => {
  await using host = new TestHost();
  const toy = await host.toy();
  const giveUp = async () => {
    const session = await openSession(host);
    const streams = Array.from({ length: 4 }, () => callRaw(session, echo, frame(large)));
    await Promise.all(streams.map((stream) => once(stream, "response")));
    session.destroy();
    await toy.ask("echo", "still there");
  };
  for (let round = 0; round < 4; round += 1) await giveUp();
  const before = residentMegabytes(host.plugin.pid);
  for (let round = 0; round < 30; round += 1) await giveUp();
  // Thirty times four messages, each in and out, are 960 MiB. What waits to be collected comes and goes by up to 160.
  expect(residentMegabytes(host.plugin.pid) - before).toBeLessThan(300);
});

function residentMegabytes(pid: number | undefined): number {
  const { stdout } = Bun.spawnSync(["ps", "-o", "rss=", "-p", String(pid)]);
  return Number(stdout.toString()) / 1024;
}
