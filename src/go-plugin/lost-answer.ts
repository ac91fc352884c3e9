import type { ServerHttp2Stream } from "node:http2";
import { type Metadata, ServerInterceptingCall, type ServerInterceptor, type ServerUnaryCall } from "@grpc/grpc-js";
import { HostConnection } from "./host-connection.ts";

const streams = new WeakMap<Metadata, ServerHttp2Stream>();

/** For a server whose answers `whenAnswerIsLost` is to watch: grpc-js keeps the streams of its calls to itself. */
export const rememberStream: ServerInterceptor = (_method, call) =>
  new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata: (metadata, pass) => {
          streams.set(metadata, Reflect.get(call, "stream"));
          pass(metadata);
        },
      }),
  });

/** How long after an answer the host may take to reset the stream. Milliseconds. */
const watchTime = 60_000;

/**
 * Calls `act`, at most once, when the host turns out not to take the answer that is about to be sent. A host that gives a
 * call up resets its stream, unless it has read the answer to its end (grpc-go http2_client.go: closeStream). On a server
 * that does not take part (`rememberStream`, `HostConnection`) nothing is known of what comes after the answer.
 */
export function whenAnswerIsLost(
  { metadata, cancelled }: Pick<ServerUnaryCall<unknown, unknown>, "metadata" | "cancelled">,
  act: () => void,
): void {
  const stream = streams.get(metadata);
  // gRPC drops the answer without a word, and tells of a stream that was reset a moment ago only later.
  if (cancelled || stream?.destroyed) {
    act();
    return;
  }
  const connection = stream?.session?.socket;
  if (stream?.id === undefined || !(connection instanceof HostConnection)) return;
  const stop = connection.whenReset(stream.id, act);
  // After a pause of the process, what has come in meanwhile is read first.
  setTimeout(() => setImmediate(stop), watchTime).unref();
}
