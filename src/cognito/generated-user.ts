import { type Clock, InternalError, type Logger, type UnfinishedAct, UserError } from "../framework/index.ts";
import { type Budget, cleanUpMilliseconds, isSpent, requestMilliseconds, startBudget } from "./request-budget.ts";
import type { AppClient, Tokens, UserPool } from "./user-pool.ts";

/** What a role says about the users made from it. */
export interface UserRecipe {
  /** A new name at each call, unguessable: deleting by name must not be able to meet a stranger. */
  readonly username: () => string | Promise<string>;
  /** A new password at each call. */
  readonly password: () => string | Promise<string>;
  readonly attributes: (username: string) => Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  /** Through which the user is signed in; undefined for a user without tokens. */
  readonly appClient: AppClient | undefined;
}

export interface UserMaking {
  readonly pool: UserPool;
  readonly recipe: UserRecipe;
  /** Notes in the write-ahead log that a user of this name is about to be made. */
  readonly begin: (username: string) => Promise<UnfinishedAct>;
  /** Asked last: false when nobody would keep a lease of the user any more, as the mount is being disabled. */
  readonly isWanted: () => Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The request's: aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

interface EquippedUser {
  /** As Cognito calls the user: not the name that was sent, in pools that make names of their own. */
  readonly username: string;
  readonly password: string;
  readonly tokens: Tokens | undefined;
}

export interface GeneratedUser extends EquippedUser {
  /** Deletes the user again, for when nobody keeps a lease of it. Never rejects: what it cannot do is logged. */
  readonly takeBack: () => Promise<void>;
}

/** A user that may exist now, or appear later. */
interface UnfinishedUser {
  /** Cognito's name for the user if `confirmed`, else the one that was sent. */
  readonly username: string;
  /** AdminCreateUser answered that the user was made. */
  readonly confirmed: boolean;
  /** Sends of AdminCreateUser whose outcome nobody knows. */
  readonly unknownSends: number;
  /** The note in the write-ahead log; undefined when it could not be written again. */
  readonly act: UnfinishedAct | undefined;
}

interface Passwords {
  readonly temporary: string;
  readonly final: string;
}

const namesTried = 3;

/**
 * Makes one user that is ready to use, or none: within the request's budget, with a note in the write-ahead log that is
 * forgotten last. After a failure the user is deleted before this rejects, whether or not the caller is still there;
 * where that cannot be made certain the note stays for the rollback.
 */
export async function createUser(making: UserMaking): Promise<GeneratedUser> {
  const { recipe, clock } = making;
  const budget = startBudget(clock, requestMilliseconds, making.signal);
  const passwords = await twoPasswords(recipe);
  const unfinished = await claimName(making, passwords.temporary, budget);
  const { user, isWanted } = await orUndo(making, unfinished, async () => {
    const equipped = await equip(making, unfinished, passwords, budget);
    if (isSpent(budget, clock)) throw tooLate(budget);
    // Side by side, as each takes a round trip to the host and the note can be written again.
    const [forgotten, wanted] = await Promise.allSettled([unfinished.act?.forget(), making.isWanted()]);
    if (forgotten.status === "rejected") throw forgotten.reason;
    return { user: equipped, isWanted: wanted };
  });

  const takeBack = takingBack(making, { ...unfinished, username: user.username });
  const problem = isSpent(budget, clock) ? tooLate(budget) : unwanted(isWanted);
  if (problem === undefined) return { ...user, takeBack };
  // The caller went meanwhile, or the mount goes: there will be no lease, and nobody else to delete the user.
  await takeBack();
  throw problem;
}

/** Made here, where it holds no password and no token: it lives for a while after the answer. */
function takingBack(making: UserMaking, user: UnfinishedUser): () => Promise<void> {
  return async () => {
    const act = await making.begin(user.username).catch(() => undefined);
    await undo(making, { ...user, act });
  };
}

/** Pools with a password history refuse a final password that was the temporary one. */
async function twoPasswords({ password }: UserRecipe): Promise<Passwords> {
  const temporary = await password();
  const final = await password();
  if (temporary === final) {
    throw new UserError("password_policy gave the same password twice; it must make a new random one each time");
  }
  return { temporary, final };
}

/** Makes the user itself. A taken name is a stranger's: it is left alone and another one tried. */
async function claimName(making: UserMaking, temporaryPassword: string, budget: Budget): Promise<UnfinishedUser> {
  const { pool, recipe, begin } = making;
  for (let tried = 0; tried < namesTried; tried += 1) {
    const sent = await recipe.username();
    const attributes = recipe.attributes(sent);
    const act = await begin(sent);

    const creation = await pool.createUser({ username: sent, temporaryPassword, attributes }, budget);
    switch (creation.kind) {
      case "made": {
        const { username = sent, unknownSends } = creation;
        return { username, confirmed: creation.username !== undefined, unknownSends, act };
      }
      case "name-taken":
        await forgetStranger(act, making);
        break;
      case "failed":
        await undo(making, { username: sent, confirmed: false, unknownSends: creation.unknownSends, act });
        throw creation.error;
    }
  }
  throw new UserError(
    `the user pool already has users of ${namesTried} generated names; check that the role's attributes give no email or phone number of an existing user`,
  );
}

/** Groups, password and tokens. The groups are in place before the tokens are made, so the tokens carry them. */
async function equip(
  { pool, recipe }: UserMaking,
  { username, confirmed }: UnfinishedUser,
  passwords: Passwords,
  budget: Budget,
): Promise<EquippedUser> {
  const { appClient } = recipe;
  const groups = [...new Set(recipe.groups)];
  const joinGroups = () => groups.map((group) => pool.addToGroup(username, group, budget));

  if (appClient === undefined) {
    await beside(pool.setPassword(username, passwords.final, budget), joinGroups());
    return { username, password: passwords.final, tokens: undefined };
  }

  const signIn = () => pool.signIn(username, passwords.temporary, appClient, budget);
  const first = await beside(signIn(), joinGroups());
  const answer = first.kind === "tokens" && groups.length > 0 ? await signIn() : first;
  if (answer.kind === "tokens") return { username, password: passwords.temporary, tokens: answer.tokens };

  const tokens = await pool.answerNewPassword(answer, { username, password: passwords.final, appClient }, budget);
  return { username: confirmed ? username : (answer.userId ?? username), password: passwords.final, tokens };
}

/** Waits for all, failed or not, before it rejects: a delete must not overtake a call that is under way. */
async function beside<T>(main: Promise<T>, others: readonly Promise<void>[]): Promise<T> {
  await Promise.allSettled([main, ...others]);
  const [result] = await Promise.all([main, ...others]);
  return result;
}

async function orUndo<T>(making: UserMaking, user: UnfinishedUser, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await undo(making, user);
    throw error;
  }
}

/** Deletes what may have been made. Never rejects: the failure that led here is the one to report. */
async function undo({ pool, clock, logger }: UserMaking, user: UnfinishedUser): Promise<void> {
  const { act, username } = user;
  let failed = act === undefined ? notDeletedNorNoted : notDeleted;
  try {
    if (!(await isGone(pool, user, startBudget(clock, cleanUpMilliseconds)))) return;
    failed = noteNotRemoved;
    await act?.forget();
  } catch (error) {
    logger.warn(failed, {
      region: pool.region,
      user_pool_id: pool.userPoolId,
      username,
      error: error instanceof Error ? error.message : "unknown error",
    });
  } finally {
    act?.abandon();
  }
}

const notDeleted = "a half-made user could not be deleted at once; the rollback deletes it";
const notDeletedNorNoted = "a user that nobody got could not be deleted, nor noted for the rollback: delete it by hand";
const noteNotRemoved =
  "no half-made user is left, but the note of one could not be removed from the write-ahead log; the rollback removes it";

/** Makes sure of it by deleting the user. False when one may still appear: a send can arrive late. */
async function isGone(
  pool: UserPool,
  { username, confirmed, unknownSends }: UnfinishedUser,
  budget: Budget,
): Promise<boolean> {
  const possibleUsers = unknownSends + (confirmed ? 1 : 0);
  if (possibleUsers === 0) return true;
  const result = await pool.deleteUser(username, budget);
  return result === "deleted" ? possibleUsers === 1 : unknownSends === 0;
}

/** The note must go: a rollback of it would delete somebody else's user. So it is not given to the rollback either. */
async function forgetStranger(act: UnfinishedAct, { clock, logger, pool }: UserMaking): Promise<void> {
  const budget = startBudget(clock, cleanUpMilliseconds);
  for (;;) {
    try {
      return await act.forget();
    } catch (error) {
      if (clock.now() + 1000 >= budget.deadline) {
        logger.error(
          "the write-ahead log names a user that this engine did not make, and the entry cannot be removed",
          {
            region: pool.region,
            user_pool_id: pool.userPoolId,
          },
        );
        throw error;
      }
      await clock.sleep(1000);
    }
  }
}

function unwanted(answer: PromiseSettledResult<boolean>): unknown {
  if (answer.status === "rejected") return answer.reason;
  return answer.value ? undefined : new InternalError("this mount is being disabled and issues nothing more");
}

function tooLate({ signal }: Budget): InternalError {
  const message = "the user was not ready in time and was deleted again; try again later";
  return new InternalError(message, { cause: signal.reason });
}
