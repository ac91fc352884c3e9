import type { Fetch } from "./fetch.ts";
import type { RandomBytes } from "./random.ts";
import type { RequestLimits } from "./request-limits.ts";

/** What the engine takes from the machine it runs on. */
export interface Surroundings {
  readonly fetch: Fetch;
  readonly random: RandomBytes;
  /** Shared by all mounts of the process, as they share AWS's quotas. */
  readonly requestLimits: RequestLimits;
  /** The AWS region that the server's environment names, if any. */
  readonly ambientRegion: () => Promise<string | undefined>;
}
