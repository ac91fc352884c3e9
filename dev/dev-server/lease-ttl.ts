import { formatSeconds } from "./go-duration.ts";

/** All in seconds. */
export interface TtlRequest {
  /** What a renewer asks for; 0 for nothing. */
  readonly increment: number;
  /** What the backend says; 0 for nothing. */
  readonly ttl: number;
  readonly maxTtl: number;
  readonly mountDefault: number;
  readonly mountMax: number;
  /** How long the lease has lived. */
  readonly age: number;
}

export interface GrantedTtl {
  readonly ttl: number;
  readonly warnings: readonly string[];
}

/**
 * How long a lease lives from now on (sdk/framework/lease.go: CalculateTTL): never past its issue plus the smaller of the two maxima.
 * Undefined when that time is over.
 */
export function grantTtl({ increment, ttl, maxTtl, mountDefault, mountMax, age }: TtlRequest): GrantedTtl | undefined {
  const longest = (maxTtl > 0 && maxTtl < mountMax ? maxTtl : mountMax) - age;
  if (longest <= 0) return undefined;
  const wanted = increment > 0 ? increment : ttl > 0 ? ttl : mountDefault;
  if (wanted <= longest) return { ttl: wanted, warnings: [] };
  const [asked, granted] = [formatSeconds(wanted), formatSeconds(longest)];
  const warning = `TTL of "${asked}" exceeded the effective max_ttl of "${granted}"; TTL value is capped accordingly`;
  return { ttl: longest, warnings: [warning] };
}
