import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { constants } from "node:http2";
import { type Duplex, duplexPair } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { Metadata, type ServerInterceptingCallInterface, type ServerMethodDefinition } from "@grpc/grpc-js";
import { HostConnection } from "./host-connection.ts";
import { rememberStream, whenAnswerIsLost } from "./lost-answer.ts";
import { resetFrame } from "./testing/reset-frame.ts";
import { toyService } from "./testing/toy-service.ts";

const method: ServerMethodDefinition<Buffer, Buffer> = toyService.echo;
const minute = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A call on stream 3 that is about to be answered, and how often its answer was said to be lost. */
function answered({ destroyed = false } = {}) {
  const [, socket] = duplexPair();
  const connection = new HostConnection(socket);
  socket.emit("data", Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  const session = destroyed ? undefined : { socket: connection };
  const metadata = new Metadata();
  const call = {
    stream: { id: 3, session, destroyed },
    start: (listener: { onReceiveMetadata(metadata: Metadata): void }) => listener.onReceiveMetadata(metadata),
  };
  const ignore = (): void => undefined;
  rememberStream(method, call as unknown as ServerInterceptingCallInterface).start({
    onReceiveMetadata: ignore,
    onReceiveMessage: ignore,
    onReceiveHalfClose: ignore,
    onCancel: ignore,
  });
  const told = { times: 0 };
  whenAnswerIsLost({ metadata, cancelled: false }, () => {
    told.times += 1;
  });
  return { socket, told };
}

function reset(socket: Duplex): void {
  socket.emit("data", resetFrame(3, constants.NGHTTP2_CANCEL));
}

test("a reset is looked out for during a minute", () => {
  const { socket, told } = answered();
  jest.advanceTimersByTime(minute - 1);
  reset(socket);
  expect(told.times).toBe(1);
});

test("then nothing of the answer is kept", async () => {
  const { socket, told } = answered();
  jest.advanceTimersByTime(minute);
  await turn();
  reset(socket);
  expect(told.times).toBe(0);
});

test("what came in while the process was paused counts, however long that was", () => {
  const { socket, told } = answered();
  jest.advanceTimersByTime(minute);
  reset(socket);
  expect(told.times).toBe(1);
});

test("an answer to a stream that is gone already is lost", () => {
  expect(answered({ destroyed: true }).told.times).toBe(1);
});

test("of a call that came by another server only what came before the answer is known", () => {
  const told: boolean[] = [];
  for (const cancelled of [false, true]) {
    whenAnswerIsLost({ metadata: new Metadata(), cancelled }, () => told.push(cancelled));
  }
  expect(told).toEqual([true]);
});
