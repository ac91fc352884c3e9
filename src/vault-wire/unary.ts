import * as grpc from "@grpc/grpc-js";
import type { Logger } from "../framework/logger.ts";
import { whenAnswerIsLost } from "../go-plugin/lost-answer.ts";
import { describeThrown } from "./describe-thrown.ts";
import { UnreadableError } from "./json-text.ts";

/** A call that never came to the backend: answered with a gRPC status, which the caller sees as status 500. */
export class RefusedCall extends Error {
  override readonly name = "RefusedCall";
  readonly status: grpc.status;

  /**
   * @param status neither UNIMPLEMENTED nor UNAVAILABLE: hosts take these for an old plugin and for a dead one.
   * @param details plain ASCII
   */
  constructor(status: grpc.status, details: string) {
    super(details);
    this.status = status;
  }
}

/** What a handler gets to know of a call beside its message. */
export interface IncomingCall {
  readonly metadata: grpc.Metadata;
  /** Aborted when the host cancels the call or its deadline is over; whoever ends the call early may abort it too. */
  readonly abort: AbortController;
  /** Has `act` called, once, when the host turns out not to have taken the answer. */
  readonly whenAnswerIsLost: (act: () => void) => void;
}

/**
 * A handler for grpc-js that answers exactly once, whatever `handle` does: one request must never harm another, nor
 * the process.
 */
export function unary<Request, Reply>(
  logger: Logger,
  handle: (request: Request, call: IncomingCall) => Promise<Reply>,
): grpc.handleUnaryCall<Request, Reply> {
  return (call, answer) => {
    const abort = new AbortController();
    let onLost: (() => void) | undefined;
    const onCancelled = () => abort.abort(new DOMException("the host no longer waits for an answer", "AbortError"));
    call.on("cancelled", onCancelled);
    const incoming = {
      metadata: call.metadata,
      abort,
      whenAnswerIsLost: (act: () => void) => {
        onLost = act;
      },
    };
    handle(call.request, incoming)
      .finally(() => {
        // grpc-js emits "cancelled" after an answer as well; what a handler left running is not aborted by that.
        call.off("cancelled", onCancelled);
      })
      .then(
        (reply) => {
          if (onLost !== undefined) whenAnswerIsLost(call, onLost);
          answer(null, reply);
        },
        (thrown: unknown) => answer(statusOf(thrown, logger)),
      )
      .catch((thrown: unknown) => logger.error("an answer could not be sent", { error: describeThrown(thrown) }));
  };
}

function statusOf(thrown: unknown, logger: Logger): Pick<grpc.StatusObject, "code" | "details"> {
  if (thrown instanceof RefusedCall) return { code: thrown.status, details: thrown.message };
  if (thrown instanceof UnreadableError) return { code: grpc.status.INVALID_ARGUMENT, details: thrown.message };
  logger.error("a call failed", { error: describeThrown(thrown) });
  return { code: grpc.status.INTERNAL, details: "internal error of the plugin" };
}
