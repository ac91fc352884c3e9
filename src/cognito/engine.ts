import type { Mount, WriteAheadLog } from "../framework/index.ts";
import type { AwsAccess } from "./aws-access.ts";
import type { Configs } from "./config.ts";
import type { Roles } from "./role.ts";
import type { Surroundings } from "./surroundings.ts";
import type { TokenCache } from "./token-cache.ts";
import type { Turns } from "./turns.ts";

/** What one mount's paths and secrets work with. */
export interface Engine {
  readonly mount: Mount;
  readonly surroundings: Surroundings;
  readonly configs: Configs;
  readonly roles: Roles;
  readonly aws: AwsAccess;
  readonly tokens: TokenCache;
  readonly log: WriteAheadLog;
  /** Of the config and of each role, by storage key. */
  readonly changes: Turns;
}
