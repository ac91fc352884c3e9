import { type Clock, type Logger, UserError } from "../framework/index.ts";
import type { AwsCaller } from "./aws-call.ts";
import type { Config } from "./config.ts";
import type { CachedCredentials } from "./credential-cache.ts";
import type { Fetch } from "./fetch.ts";
import type { RandomBytes } from "./random.ts";
import type { RequestLimits } from "./request-limits.ts";
import type { UserPool, UserPoolSettings } from "./user-pool.ts";

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

type Sdk = typeof import("./aws-sdk.ts");

interface Regional {
  readonly client: UserPoolSettings["client"];
  readonly caller: AwsCaller;
}

/** The user pools that one config reaches: one client per region, one set of credentials for all that share an STS region. */
export class UserPools {
  readonly #settings: UserPoolsSettings;
  readonly #regions = new Map<string, Regional>();
  readonly #credentials = new Map<string, CachedCredentials>();
  #sdk: Promise<Sdk> | undefined;
  #ambientRegion: Promise<string | undefined> | undefined;

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
    this.#sdk ??= import("./aws-sdk.ts");
    const sdk = await this.#sdk;
    return new sdk.UserPool({ ...this.#regional(sdk, effective), region: effective, userPoolId });
  }

  /** The region of the pools of roles that name none, with who names it. Undefined when nobody does. */
  async regionOfOthers(): Promise<{ readonly region: string; readonly namedBy: string } | undefined> {
    const { config, ambientRegion } = this.#settings;
    if (config.region !== "") return { region: config.region, namedBy: "config" };
    // Asked for when a role is checked and again when its pool is: reading AWS's files once is enough.
    this.#ambientRegion ??= ambientRegion();
    const region = await this.#ambientRegion;
    return region ? { region, namedBy: "the server's environment" } : undefined;
  }

  #regional(sdk: Sdk, region: string): Regional {
    const known = this.#regions.get(region);
    if (known !== undefined) return known;
    const made = this.#newRegional(sdk, region);
    this.#regions.set(region, made);
    return made;
  }

  #newRegional(sdk: Sdk, region: string): Regional {
    const { config, clock, random, fetch, requestLimits, owner } = this.#settings;
    const credentials = this.#credentialsFor(sdk, config.sts_region || config.region || region);
    const client = new sdk.CognitoClient({ region, endpoint: config.cognito_endpoint, credentials, fetch });
    const callTimeout = config.request_timeout * 1000;
    const maxRetries = config.max_retries;
    const place = `${region} ${config.cognito_endpoint}`;
    return { client, caller: { clock, random, maxRetries, callTimeout, place, owner, requestLimits, credentials } };
  }

  #credentialsFor(sdk: Sdk, stsRegion: string): CachedCredentials {
    const known = this.#credentials.get(stsRegion);
    if (known !== undefined) return known;
    const made = sdk.awsCredentials({ ...this.#settings, stsRegion });
    this.#credentials.set(stsRegion, made);
    return made;
  }
}
