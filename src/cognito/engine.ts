import type { Mount, WriteAheadLog } from "../framework/index.ts";
import type { AwsAccess } from "./aws-access.ts";
import type { Configs } from "./config.ts";
import type { Fetch } from "./fetch.ts";
import type { RandomBytes } from "./random.ts";
import type { RequestLimits } from "./request-limits.ts";
import type { Roles } from "./role.ts";
import type { TokenCache } from "./token-cache.ts";

/** What the engine takes from the machine it runs on. */
export interface Surroundings {
  readonly fetch: Fetch;
  readonly random: RandomBytes;
  /** Shared by all mounts of the process, as they share AWS's quotas. */
  readonly requestLimits: RequestLimits;
  /** The AWS region that the server's environment names, if any. */
  readonly ambientRegion: () => Promise<string | undefined>;
}

/** What one mount's paths and secrets work with. */
export interface Engine {
  readonly mount: Mount;
  readonly surroundings: Surroundings;
  readonly configs: Configs;
  readonly roles: Roles;
  readonly aws: AwsAccess;
  readonly tokens: TokenCache;
  readonly log: WriteAheadLog;
}
