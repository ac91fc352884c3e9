import type { Json, JsonObject } from "./json.ts";

/** What the backend asks of a lease. 0 means: as the mount says. The host caps both. */
export interface Lease {
  /** Seconds. */
  readonly ttl: number;
  /** Longest life since issue, in seconds. */
  readonly maxTtl: number;
  readonly renewable: boolean;
}

/** Credentials for which the host keeps a lease. `internal` is stored encrypted by the host and never shown. */
export interface IssuedSecret {
  readonly internal: JsonObject;
  readonly lease: Lease;
}

/** An answer. No answer at all (undefined) is 204 for writes and deletes, 404 for reads and lists. */
export interface Response {
  readonly data?: JsonObject;
  readonly secret?: IssuedSecret;
  readonly warnings?: readonly string[];
  /**
   * Undoes what the answer gives out. Called, at most once, when the host did not take the answer, because the caller had
   * left or the host's deadline was over, or could not be given it: there is no lease then, and nobody else will. What it
   * rejects with is logged.
   * It is kept for a minute after the answer: let it hold no secrets.
   */
  takeBack?(): Promise<void>;
}

/**
 * An answer to a list: the keys, and what is known of each when `info` is given. Without keys it has no data,
 * which hosts answer with 404 (logical/response.go ListResponse).
 */
export function listResponse(keys: readonly string[], info?: Readonly<Record<string, Json>>): Response {
  if (keys.length === 0) return { data: {} };
  return { data: info === undefined ? { keys } : { keys, key_info: info } };
}
