import { AwsFailure, asksForNewCredentials, awsFailure, noTurn, outOfTime } from "./aws-failure.ts";
import type { CachedCredentials, Credentials } from "./credential-cache.ts";
import { type Budget, isSpent } from "./request-budget.ts";
import type { Reception, RequestLimit } from "./request-limit.ts";
import type { RequestLimits } from "./request-limits.ts";
import { isUrgent, quotaOf } from "./request-quotas.ts";
import { type RetryAdvice, type RetryPolicy, withRetries } from "./retry.ts";

/** How a call ended, its re-sends included. */
export type Outcome<T> = (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: AwsFailure }
) & {
  /** Sends that failed but may have done their work all the same. */
  readonly unknownSends: number;
};

export interface AwsCaller extends RetryPolicy {
  /** Milliseconds that one send may take. */
  readonly callTimeout: number;
  /** What has quotas of its own: a region, and where config names an endpoint, that. What one mount's says slows no other mount down. */
  readonly place: string;
  /** The mount. */
  readonly owner: object;
  readonly requestLimits: RequestLimits;
  readonly credentials: CachedCredentials;
}

export interface CallOptions {
  /** A send under way is cut off only when the budget's time is over, not when the caller goes: its outcome matters. */
  readonly outlivesCaller?: boolean;
}

type Send<T> = (signal: AbortSignal) => Promise<T>;
type Sent<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: AwsFailure };

/** Sends one call to Cognito, again where that helps, within the budget. Never rejects for what AWS or the network did. */
export async function callAws<T>(
  caller: AwsCaller,
  call: string,
  send: Send<T>,
  budget: Budget,
  { outlivesCaller = false }: CallOptions = {},
): Promise<Outcome<T>> {
  let unknownSends = 0;
  const attempt = async (mayRefresh = true): Promise<Sent<T>> => {
    if (isSpent(budget, caller.clock)) return { ok: false, failure: outOfTime(call, budget.signal) };
    // Before the send, whose time limit is for the send alone.
    const credentials = await credentialsFor(caller, call, budget);
    if (credentials instanceof AwsFailure) return { ok: false, failure: credentials };

    const limit = limitOf(caller, call, credentials);
    if (!(await limit.admit({ owner: caller.owner, urgent: isUrgent(call) }, budget))) {
      return { ok: false, failure: budget.signal.aborted ? outOfTime(call, budget.signal) : noTurn(call) };
    }
    const sentAt = caller.clock.now();
    const sent = await sendOnce(caller, call, send, outlivesCaller ? budget.time : budget.signal);
    limit.note(receptionOf(sent), sentAt);
    if (sent.ok) return sent;
    if (sent.failure.mayHaveActed) unknownSends += 1;
    if (!mayRefresh || !asksForNewCredentials(sent.failure)) return sent;
    caller.credentials.discard(credentials);
    return attempt(false);
  };
  // The time's end explains nothing to whoever reads it; what kept failing until then does.
  let telling: Sent<T> | undefined;
  const tellingAttempt = async () => {
    const sent = await attempt();
    if (sent.ok || sent.failure.kind !== "out-of-time") telling = sent;
    return sent;
  };
  const sent = await withRetries(caller, budget, tellingAttempt, advise);
  return { ...(telling ?? sent), unknownSends };
}

async function credentialsFor(
  { credentials }: AwsCaller,
  call: string,
  { signal }: Budget,
): Promise<Credentials | AwsFailure> {
  try {
    return await untilAborted(credentials.get(), signal);
  } catch (error) {
    return signal.aborted ? outOfTime(call, signal) : awsFailure("credentials", "finding credentials", error);
  }
}

function limitOf({ requestLimits, place }: AwsCaller, call: string, credentials: Credentials): RequestLimit {
  return requestLimits.of(credentials.accountId ?? credentials.accessKeyId, place, quotaOf(call));
}

function receptionOf(sent: Sent<unknown>): Reception {
  if (sent.ok || sent.failure.kind === "refused") return "accepted";
  return sent.failure.kind === "throttled" ? "throttled" : "unknown";
}

function advise(sent: Sent<unknown>): RetryAdvice {
  if (sent.ok) return "never";
  switch (sent.failure.kind) {
    case "throttled":
    case "unavailable":
      return "retry";
    case "unreachable":
      return "unreachable";
    default:
      return sent.failure.resend ? "retry" : "never";
  }
}

async function sendOnce<T>(
  { clock, callTimeout }: AwsCaller,
  call: string,
  send: Send<T>,
  end: AbortSignal,
): Promise<Sent<T>> {
  const signal = AbortSignal.any([end, clock.timeout(callTimeout)]);
  try {
    return { ok: true, value: await untilAborted(send(signal), signal) };
  } catch (error) {
    return { ok: false, failure: end.aborted ? outOfTime(call, end, true) : awsFailure("cognito", call, error) };
  }
}

/** Gives `work` up when `signal` is aborted, for work that does not look at it (a hanging source of credentials). */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
