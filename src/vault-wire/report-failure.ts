import type { LogFields, Logger } from "../framework/logger.ts";
import type { Request } from "../framework/request.ts";
import { causesOf, describeThrown } from "./describe-thrown.ts";
import { type Failure, isOurFault } from "./translate-error.ts";

/**
 * Tells the operator, once, what the caller is not told. The caller's own mistakes are not logged; what a cancelled
 * call broke off with is, but quietly.
 */
export function reportFailure(
  logger: Logger,
  message: string,
  thrown: unknown,
  failure: Failure,
  signal: AbortSignal,
  request?: Request,
): void {
  if (!isOurFault(failure)) return;
  const fields = { ...(request === undefined ? {} : placeOf(request)), error: describeThrown(thrown) };
  if (isCancellation(thrown, signal)) logger.debug(message, fields);
  else if (failure.kind === "rate limited") logger.warn(message, fields);
  else logger.error(message, fields);
}

/** Where a line of the log belongs. */
export function placeOf({ operation, path, mountPoint, id }: Request): LogFields {
  // Hosts give no id to renewals, revocations and rollbacks.
  const request_id = id === "" ? undefined : id;
  return { operation, path: path.slice(0, 256), mount_point: mountPoint.slice(0, 256), request_id };
}

function isCancellation(thrown: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return causesOf(thrown).some(
    (cause) => cause === signal.reason || (cause instanceof Error && cause.name === "AbortError"),
  );
}
