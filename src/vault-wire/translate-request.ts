import type { HeldLease, Operation, Request } from "../framework/request.ts";
import { nanosecondsToSeconds } from "./durations.ts";
import type { Header, LeaseOptions, Secret, Request as WireRequest } from "./gen/backend.ts";
import { decodeJsonObject } from "./json-text.ts";

const operations: ReadonlySet<string> = new Set<Operation>([
  "create",
  "read",
  "update",
  "patch",
  "delete",
  "list",
  "help",
  "renew",
  "revoke",
  "rollback",
  "alias-lookahead",
  "resolve-role",
  "header",
  "recover",
  "rotate",
  "scan",
]);

/** False for an operation that a newer host may know and the framework does not. */
export function isKnownOperation(operation: string): operation is Operation {
  return operations.has(operation);
}

/**
 * A host's request in the framework's words. What a backend has no use for is left behind: the client's token (hashed
 * by the host in any case), its accessor, TLS certificates, wrapping.
 * @throws UnreadableError when the data or a lease's internal data is not a JSON object.
 */
export function translateRequest(wire: WireRequest, operation: Operation, signal: AbortSignal): Request {
  return {
    id: wire.id,
    operation,
    path: wire.path,
    data: decodeJsonObject(wire.data, "the request's data"),
    ...(wire.secret === undefined ? {} : { lease: translateLease(wire.secret) }),
    mountPoint: wire.mount_point,
    mountType: wire.mount_type,
    displayName: wire.display_name,
    entityId: wire.entity_id,
    headers: translateHeaders(wire.headers),
    remoteAddress: wire.connection?.remote_addr ?? "",
    unauthenticated: wire.unauthenticated,
    signal,
  };
}

function translateLease({ internal_data, lease_options }: Secret): HeldLease {
  return {
    internal: decodeJsonObject(internal_data, "the lease's internal data"),
    ttl: nanosecondsToSeconds(lease_options?.TTL ?? 0n),
    increment: nanosecondsToSeconds(lease_options?.increment ?? 0n),
    issueTime: milliseconds(lease_options?.issue_time),
  };
}

function milliseconds(timestamp: LeaseOptions["issue_time"]): number {
  if (timestamp === undefined) return 0;
  return Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1e6);
}

function translateHeaders(headers: Readonly<Record<string, Header>>): Request["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, { header }]) => [name, header]));
}
