/** How a backend says no, and what that means in HTTP (sdk/logical/response_util.go: RespondErrorCommon, AdjustErrorStatusCode). */
import type { HandleRequestReply, ProtoError } from "../../src/vault-wire/gen/backend.ts";

/** A backend refused or failed. */
export class EngineError extends Error {
  readonly status: number;
  /** The message as Vault shows it: an error that is not a response comes as a list of one. */
  readonly shown: string;
  /** No further try can help: a lease that fails so is irrevocable at once (vault/expiration.go: errIsUnrecoverable). */
  readonly unrecoverable: boolean;

  constructor(
    message: string,
    status: number,
    how: { readonly unrecoverable?: boolean; readonly shown?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.shown = how.shown ?? message;
    this.unrecoverable = how.unrecoverable ?? false;
  }
}

/** sdk/plugin/pb/translation.go: ProtoErrToErr; these discard the plugin's own text. */
const sentinels: Readonly<Record<number, { readonly text: string; readonly status: number }>> = {
  5: { text: "unsupported operation", status: 405 },
  6: { text: "unsupported path", status: 404 },
  7: { text: "invalid request", status: 400 },
  8: { text: "permission denied", status: 403 },
  9: { text: "request needs further approval", status: 500 },
  10: { text: "unrecoverable error", status: 500 },
};
const unrecoverable = [5, 6, 7, 10];

const statusOfText: Readonly<Record<string, number>> = {
  "upstream rate limited": 502,
  "rate limit quota exceeded": 429,
  "lease count quota exceeded": 429,
  "required index state not present": 412,
  "invalid credentials": 400,
  "permission denied": 403,
  "invalid request": 400,
  "unsupported operation": 405,
  "unsupported path": 404,
  "relative paths not supported": 400,
};

/** The data of a response; undefined without a response. */
export function dataOf({ response }: HandleRequestReply): Record<string, unknown> | undefined {
  if (response === undefined) return undefined;
  return JSON.parse(response.data) ?? {};
}

/** What is wrong with the reply; undefined when it is a success. */
export function errorOf(reply: HandleRequestReply): EngineError | undefined {
  const text = errorText(dataOf(reply));
  const { err } = reply;
  if (err === undefined && text === undefined) return undefined;
  const fallback = reply.response === undefined ? 500 : 400;
  if (err === undefined) return new EngineError(text ?? "", fallback);
  const sentinel = sentinels[err.err_type];
  const message = text ?? sentinel?.text ?? err.err_msg;
  return new EngineError(message, sentinel?.status ?? statusOf(err, text !== undefined) ?? fallback, {
    unrecoverable: unrecoverable.includes(err.err_type),
    shown: text ?? `1 error occurred:\n\t* ${message}\n\n`,
  });
}

function statusOf(err: ProtoError, hasText: boolean): number | undefined {
  if (err.err_type === 3) return hasText ? 400 : httpStatus(Number(err.err_code));
  if (err.err_type === 4) return 400;
  return statusOfText[err.err_msg];
}

function httpStatus(code: number): number | undefined {
  return code >= 400 && code < 600 ? code : undefined;
}

/** sdk/logical/response.go: IsError. */
function errorText(data: Record<string, unknown> | undefined): string | undefined {
  if (data === undefined || typeof data["error"] !== "string") return undefined;
  const names = Object.keys(data);
  const alone = names.length === 1 || (names.length === 2 && "data" in data);
  return alone ? data["error"] : undefined;
}
