import { FailedAnswer } from "./cognito-answer.ts";
import { isRecord, networkFailure, word } from "./network-failure.ts";

/**
 * What failed: a call to Cognito, taking the role that config names, or finding the credentials to begin with.
 * They need different cures.
 */
export type FailureStep = "cognito" | "assume-role" | "credentials";

/**
 * - throttled: AWS asks to slow down
 * - no-turn: AWS throttles this account, and the call's turn did not come in time; it was not sent
 * - unavailable: no usable answer (5xx, a timeout, a connection or an answer cut short)
 * - unreachable: no connection came about
 * - untrusted: the certificate was not accepted
 * - out-of-time: the request's budget was spent
 * - refused: AWS understood and said no; `code` says why
 * - unexpected: anything else, such as a redirect or a mistake of ours
 */
export type FailureKind =
  | "throttled"
  | "no-turn"
  | "unavailable"
  | "unreachable"
  | "untrusted"
  | "out-of-time"
  | "refused"
  | "unexpected";

interface Facts {
  readonly kind: FailureKind;
  readonly code: string;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly mayHaveActed: boolean;
  readonly resend?: boolean;
  readonly cause?: unknown;
}

/**
 * One failed call to AWS, reduced to what may stand in a log: AWS's own messages can name users, so they stay out.
 */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
  readonly step: FailureStep;
  readonly call: string;
  readonly kind: FailureKind;
  /** AWS's error class, or the system's code of a connection error. */
  readonly code: string;
  /** Whether AWS may have done what was asked in spite of the failure. */
  readonly mayHaveActed: boolean;
  /** Sent again, the same call may well succeed (a corrected clock, a competing change). */
  readonly resend: boolean;

  constructor(step: FailureStep, call: string, facts: Facts) {
    const { kind, code, status, requestId, mayHaveActed, resend = false, cause } = facts;
    const details = [status && `HTTP ${status}`, requestId && `request id ${requestId}`].filter(Boolean).join(", ");
    super(`${call}: ${code}${details === "" ? "" : ` (${details})`}`, { cause });
    this.step = step;
    this.call = call;
    this.kind = kind;
    this.code = code;
    this.mayHaveActed = mayHaveActed;
    this.resend = resend;
  }
}

/**
 * A failure because the request's time was over, or its caller gone.
 * @param end of what ended, if it did: its reason is the failure's cause, by which the log tells the one from the other
 * @param mayHaveActed false when nothing was sent
 */
export function outOfTime(call: string, end: AbortSignal, mayHaveActed = false): AwsFailure {
  return new AwsFailure("cognito", call, { kind: "out-of-time", code: "OutOfTime", mayHaveActed, cause: end.reason });
}

/** A call that was not sent because others wait for the same throttled quota. */
export function noTurn(call: string): AwsFailure {
  return new AwsFailure("cognito", call, { kind: "no-turn", code: "NoTurn", mayHaveActed: false });
}

/** The facts of whatever was thrown, told by HTTP status and class, never by its text. */
export function awsFailure(step: FailureStep, call: string, thrown: unknown): AwsFailure {
  // Failures to get credentials come through the client as they were thrown.
  if (thrown instanceof AwsFailure) return thrown;
  const facts = factsOf(thrown);
  return new AwsFailure(step, call, step === "cognito" ? facts : { ...facts, mayHaveActed: false });
}

function factsOf(thrown: unknown): Facts {
  const answer = thrown instanceof FailedAnswer ? thrown : answerBehind(thrown);
  if (answer === undefined) return factsWithoutAnswer(thrown);
  return { ...factsOfAnswer(answer), status: answer.status, requestId: plainId(answer.requestId) };
}

type AnswerFacts = Omit<FailedAnswer, keyof Error>;

/** What the SDK, which asks STS, made an error of. */
function answerBehind(thrown: unknown): AnswerFacts | undefined {
  const error = isRecord(thrown) ? thrown : {};
  const metadata = isRecord(error["$metadata"]) ? error["$metadata"] : {};
  const { httpStatusCode: status, requestId, clockSkewCorrected } = metadata;
  if (typeof status !== "number") return undefined;
  // Errors from AWS have a $fault; an answer that the SDK could not read throws the parser's own error.
  const code = "$fault" in error && error["name"] !== "Unknown" ? word(error["name"]) : undefined;
  return {
    status,
    code,
    requestId: typeof requestId === "string" ? requestId : undefined,
    clockCorrected: clockSkewCorrected === true,
  };
}

function factsOfAnswer({ status, code: name, clockCorrected }: AnswerFacts): Facts {
  const code = name ?? `HTTP${status}`;
  if (status === 429 || throttling.has(code)) return { kind: "throttled", code, mayHaveActed: false };
  if (status >= 500 || code === "InternalErrorException") return { kind: "unavailable", code, mayHaveActed: true };
  if (status < 300) return { kind: "unavailable", code: "UnreadableAnswer", mayHaveActed: true };
  if (status === 408 || code === "RequestTimeout") return { kind: "unavailable", code, mayHaveActed: true };
  if (name === undefined) return { kind: "unexpected", code, mayHaveActed: true };
  const resend = clockCorrected || code === "ConcurrentModificationException";
  return { kind: "refused", code, mayHaveActed: actsBeforeRefusing.has(code), resend };
}

function factsWithoutAnswer(thrown: unknown): Facts {
  const { kind, code } = networkFailure(thrown);
  return { kind, code, mayHaveActed: kind !== "unreachable" && kind !== "untrusted" };
}

const throttling = new Set([
  "TooManyRequestsException",
  "LimitExceededException",
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "BandwidthLimitExceeded",
  "SlowDown",
]);

/** Cognito answers these after a trigger or a delivery went wrong, which can be later than the act itself. */
const actsBeforeRefusing = new Set([
  "CodeDeliveryFailureException",
  "InvalidLambdaResponseException",
  "UnexpectedLambdaException",
  "UserLambdaValidationException",
]);

const staleCredentials = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);

/** True when newer credentials may help. */
export function asksForNewCredentials(failure: AwsFailure): boolean {
  return failure.step === "cognito" && staleCredentials.has(failure.code);
}

export const isUsernameExists = (failure: AwsFailure) => failure.code === "UsernameExistsException";
export const isUserNotFound = (failure: AwsFailure) => failure.code === "UserNotFoundException";
export const isNotAuthorized = (failure: AwsFailure) => failure.code === "NotAuthorizedException";
export const isPasswordReuse = (failure: AwsFailure) => failure.code === "PasswordHistoryPolicyViolationException";

function plainId(id: string | undefined): string | undefined {
  return id !== undefined && /^[A-Za-z0-9-]{1,64}$/.test(id) ? id : undefined;
}
