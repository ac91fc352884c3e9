import { randomBytes } from "node:crypto";
import { ManualClock } from "../../framework/testing/manual-clock.ts";
import { RecordingLogger } from "../../framework/testing/recording-logger.ts";
import { type Config, emptyConfig } from "../config.ts";
import { requestMilliseconds, startBudget } from "../request-budget.ts";
import { RequestLimits } from "../request-limits.ts";
import { UserPools } from "../user-pools.ts";
import { assumed, ok, ScriptedAws } from "./scripted-aws.ts";

export const roleArn = "arn:aws:iam::123456789012:role/cognito";

/** Calls to a pool whose only interest is who signs them. Roles can be assumed, as ASIA1, ASIA2 … for an hour each. */
export class SignedCalls {
  readonly clock = new ManualClock();
  readonly logger = new RecordingLogger();
  readonly aws: ScriptedAws = new ScriptedAws()
    .on("AdminDeleteUser", ok())
    .on("AssumeRole", (sent) => assumed(`ASIA${this.aws.of("AssumeRole").length}`, this.inAnHour())(sent));

  inAnHour(): Date {
    return new Date(this.clock.now() + 3_600_000);
  }

  poolsWith(over: Partial<Config>): UserPools {
    const { clock, logger, aws } = this;
    const surroundings = { random: randomBytes, fetch: aws.fetch, ambientRegion: async () => undefined };
    const requestLimits = new RequestLimits(clock);
    const config = { ...emptyConfig, ...over };
    return new UserPools({ config, clock, logger, requestLimits, owner: aws, ...surroundings });
  }

  async deleteAnn(pools: UserPools, region = "eu-west-1"): Promise<"deleted" | "absent"> {
    const pool = await pools.at({ region, userPoolId: `${region}_pool` });
    return this.clock.settle(pool.deleteUser("ann", startBudget(this.clock, requestMilliseconds)));
  }

  /** Access keys of the calls to Cognito. */
  signers(): readonly string[] {
    return this.aws.of("AdminDeleteUser").map(({ accessKeyId }) => accessKeyId);
  }
}
