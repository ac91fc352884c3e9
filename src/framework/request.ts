import type { JsonObject } from "./json.ts";

/** logical/request.go: the operations a host sends, by their own strings. */
export type Operation =
  | "create"
  | "read"
  | "update"
  | "patch"
  | "delete"
  | "list"
  | "help"
  | "renew"
  | "revoke"
  | "rollback"
  | "alias-lookahead"
  | "resolve-role"
  | "header"
  | "recover"
  | "rotate"
  | "scan";

/** The lease that a renew or a revoke is about, as the host kept it. */
export interface HeldLease {
  readonly internal: JsonObject;
  /** Seconds that the lease was last given. */
  readonly ttl: number;
  /** Seconds that a renewal asks for; 0 when it asks for nothing. */
  readonly increment: number;
  /** When the credentials were issued, in milliseconds since the Unix epoch. */
  readonly issueTime: number;
}

/** One request as the host routed it to this mount. */
export interface Request {
  readonly id: string;
  readonly operation: Operation;
  /** Relative to the mount, without a leading slash. */
  readonly path: string;
  readonly data: JsonObject;
  readonly lease?: HeldLease;
  /** The mount's path with its trailing slash, as users type it: "cognito/". */
  readonly mountPoint: string;
  readonly mountType: string;
  /** How the caller logged in, for names and logs: "token", "userpass-ann". May be empty. */
  readonly displayName: string;
  readonly entityId: string;
  /** Only headers that the mount's passthrough_request_headers name; names as the host spells them. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly remoteAddress: string;
  readonly unauthenticated: boolean;
  /** Aborted when the caller has gone or the host's deadline is over. */
  readonly signal: AbortSignal;
}
