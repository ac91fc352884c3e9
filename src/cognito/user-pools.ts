import { type Clock, type Logger, UserError } from "../framework/index.ts";
import type { Config } from "./config.ts";
import type { CachedCredentials } from "./credential-cache.ts";
import type { Fetch } from "./fetch.ts";
import type { RandomBytes } from "./random.ts";
import type { RequestLimits } from "./request-limits.ts";
import type { UserPool } from "./user-pool.ts";

export interface UserPoolsSettings {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly fetch: Fetch;
  readonly logger: Logger;
  readonly requestLimits: RequestLimits;
  /** The mount, which takes turns with others where requests have to wait. */
  readonly owner: object;
  /** The region of the server's environment, asked when neither the role nor config names one. */
  readonly ambientRegion: () => Promise<string | undefined>;
}

/** The user pools of one region, by their ids. */
type RegionalPools = (userPoolId: string) => UserPool;

/** The user pools that one config reaches: one client per region, one set of credentials for all that share an STS region. */
export class UserPools {
  readonly #settings: UserPoolsSettings;
  readonly #regions = new Map<string, Promise<RegionalPools>>();
  readonly #credentials = new Map<string, CachedCredentials>();

  constructor(settings: UserPoolsSettings) {
    this.#settings = settings;
  }

  /**
   * The pool `userPoolId` in `region`, or where that is "" in config's or the server's region. The pool says which it
   * became: a lease keeps that. Rejects with UserError when no region is known.
   */
  async at({ region, userPoolId }: { readonly region: string; readonly userPoolId: string }): Promise<UserPool> {
    const effective = region || (await this.regionOfOthers())?.region;
    if (effective === undefined) throw new UserError("no AWS region: set region on the role or in config");
    const poolOf = await this.#regional(effective);
    return poolOf(userPoolId);
  }

  /** The region of the pools of roles that name none, with who names it. Undefined when nobody does. */
  async regionOfOthers(): Promise<{ readonly region: string; readonly namedBy: string } | undefined> {
    const { config, ambientRegion } = this.#settings;
    if (config.region !== "") return { region: config.region, namedBy: "config" };
    const region = await ambientRegion();
    return region ? { region, namedBy: "the server's environment" } : undefined;
  }

  #regional(region: string): Promise<RegionalPools> {
    const known = this.#regions.get(region);
    if (known !== undefined) return known;
    const made = this.#newRegional(region);
    this.#regions.set(region, made);
    return made;
  }

  async #newRegional(region: string): Promise<RegionalPools> {
    const { config, clock, random, fetch, requestLimits, owner } = this.#settings;
    const { awsCredentials, cognitoClient, UserPool } = await import("./aws-sdk.ts");
    const stsRegion = config.sts_region || config.region || region;
    const credentials = this.#credentialsOf(stsRegion, () => awsCredentials({ ...this.#settings, stsRegion }));
    const client = cognitoClient({ region, endpoint: config.cognito_endpoint, credentials, fetch });
    const callTimeout = config.request_timeout * 1000;
    const maxRetries = config.max_retries;
    const place = `${region} ${config.cognito_endpoint}`;
    const caller = { clock, random, maxRetries, callTimeout, place, owner, requestLimits, credentials };
    return (userPoolId) => new UserPool({ client, caller, region, userPoolId });
  }

  #credentialsOf(stsRegion: string, make: () => CachedCredentials): CachedCredentials {
    const known = this.#credentials.get(stsRegion);
    if (known !== undefined) return known;
    const made = make();
    this.#credentials.set(stsRegion, made);
    return made;
  }
}
