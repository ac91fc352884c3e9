import { type Clock, defineRollback, field, type LoggableRollback, type Logger } from "../framework/index.ts";
import type { AwsAccess } from "./aws-access.ts";
import { cleanUpMilliseconds, startBudget } from "./request-budget.ts";

const userFields = {
  username: field.string("The name that was sent to Cognito.", { required: true }),
  region: field.string("Where the pool is.", { required: true }),
  user_pool_id: field.string("The pool.", { required: true }),
};

export type UserRollback = LoggableRollback<typeof userFields>;

interface Undoing {
  readonly aws: AwsAccess;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How a user is undone whose making was cut short by a crash, or could not be cleaned up at once. */
export const userRollback = ({ aws, clock, logger }: Undoing): UserRollback =>
  defineRollback({
    kind: "user",
    data: userFields,
    // Well over the 105 seconds that making a user and cleaning up after it may take.
    minAge: 300,
    async undo({ username, region, user_pool_id }, signal) {
      const { userPools } = await aws.get();
      const pool = await userPools.at({ region, userPoolId: user_pool_id });
      const result = await pool.deleteUser(username, startBudget(clock, cleanUpMilliseconds, signal));
      if (result === "deleted") logger.info("deleted a user that nobody got", { region, user_pool_id, username });
    },
  });
