import {
  InternalError,
  RateLimitedError,
  ReadOnlyError,
  UnsupportedOperationError,
  UnsupportedPathError,
  UserError,
} from "../framework/errors.ts";
import type { Operation } from "../framework/request.ts";
import { causesOf } from "./describe-thrown.ts";
import type { HandleRequestReply, ProtoError } from "./gen/backend.ts";
import { errorResponse } from "./translate-response.ts";

/**
 * err_type (sdk/plugin/pb/translation.go). Hosts put their own sentence in place of ours for 5 to 10, and take
 * anything above 10 for success.
 */
const errorType = { unknown: 0, user: 1, unsupportedOperation: 5, unsupportedPath: 6 };

/** logical/error.go ErrUpstreamRateLimited: this very text as an error is status 502. */
const rateLimited = "upstream rate limited";

export const generalSentence = "internal error; the server's log names the cause";

/** What a thrown value means to the one who asked. */
export interface Failure {
  readonly kind: "user" | "internal" | "rate limited" | "read only" | "unsupported path" | "unsupported operation";
  /** What the caller reads; never empty. */
  readonly sentence: string;
}

export function classify(thrown: unknown): Failure {
  if (thrown instanceof UserError) return failure("user", thrown.message);
  // Also as a cause: a host that can forward the request to a node that may write should get to know.
  const readOnly = causesOf(thrown).find((cause) => cause instanceof ReadOnlyError);
  if (readOnly instanceof ReadOnlyError) return failure("read only", readOnly.message);
  if (thrown instanceof UnsupportedPathError) return failure("unsupported path", thrown.message);
  if (thrown instanceof UnsupportedOperationError) return failure("unsupported operation", thrown.message);
  if (thrown instanceof RateLimitedError) return failure("rate limited", thrown.message);
  return failure("internal", thrown instanceof InternalError ? thrown.message : generalSentence);
}

function failure(kind: Failure["kind"], sentence: string): Failure {
  return { kind, sentence: sentence === "" ? generalSentence : sentence };
}

/** Ours to explain in the log. The other kinds say all there is to say to the caller. */
export function isOurFault({ kind }: Failure): boolean {
  return kind === "internal" || kind === "rate limited";
}

export function answerToRequest(failure: Failure, operation: Operation): HandleRequestReply {
  switch (operation) {
    case "renew":
    case "revoke":
      return answerToLease(failure, operation);
    case "rollback":
      // An error response of a rollback is dropped unseen; an error is logged, except these two, which mean
      // "nothing to do here" (vault/rollback.go attemptRollback: unsupported operation, and the text of read-only).
      return failure.kind === "unsupported operation"
        ? { response: undefined, err: protoError("unsupportedOperation", failure.sentence) }
        : { response: undefined, err: protoError("unknown", failure.sentence) };
    default:
      return answerToCaller(failure);
  }
}

/** logical/response_util.go RespondErrorCommon decides the status by both parts; the comments say which it becomes. */
function answerToCaller({ kind, sentence }: Failure): HandleRequestReply {
  switch (kind) {
    case "user":
      // 400. As an error of type "user" it would be 500.
      return { response: errorResponse(sentence), err: undefined };
    case "rate limited":
      // 502, with the sentence from the response.
      return { response: errorResponse(sentence), err: protoError("unknown", rateLimited) };
    case "internal":
    case "read only":
      // 500. Beside any response, an error without a status of its own becomes 400: the caller's fault, not retried.
      return { response: undefined, err: protoError("unknown", sentence) };
    case "unsupported path":
      return { response: undefined, err: protoError("unsupportedPath", sentence) };
    case "unsupported operation":
      return { response: undefined, err: protoError("unsupportedOperation", sentence) };
  }
}

/**
 * Always an error of type 0 alone. Types 5 to 10 would make the lease irrevocable at once instead of retrying
 * (vault/expiration.go errIsUnrecoverable). An error response would reach the operator as a dump of Go's structures;
 * the error is the part that both the server's log and the one who renews get to read as a sentence (revokeEntry,
 * renewEntry). The one who renews gets status 400 in any case.
 */
function answerToLease({ kind, sentence }: Failure, operation: "renew" | "revoke"): HandleRequestReply {
  const isUnsupported = kind === "unsupported path" || kind === "unsupported operation";
  const text = isUnsupported ? `this engine cannot ${operation} the lease: ${sentence}` : sentence;
  return { response: undefined, err: protoError("unknown", text) };
}

export function answerToExistenceCheck({ kind, sentence }: Failure): ProtoError {
  switch (kind) {
    case "user":
      return protoError("user", sentence);
    case "unsupported path":
    case "unsupported operation":
      // Hosts pass over this one; the request that follows is then refused with the right status.
      return protoError("unsupportedPath", sentence);
    default:
      return protoError("unknown", sentence);
  }
}

export function answerToInitialize({ sentence }: Failure): ProtoError {
  return protoError("unknown", sentence);
}

function protoError(type: keyof typeof errorType, message: string): ProtoError {
  return { err_type: errorType[type], err_msg: message, err_code: 0n };
}
