import { randomBytes } from "node:crypto";
import { ManualClock } from "../../framework/testing/manual-clock.ts";
import { RecordingLogger } from "../../framework/testing/recording-logger.ts";
import { emptyConfig } from "../config.ts";
import { createUser, type UserRecipe } from "../generated-user.ts";
import { RequestLimits } from "../request-limits.ts";
import { UserPools } from "../user-pools.ts";
import { type Answer, ok, ScriptedAws } from "./scripted-aws.ts";

export const appClient = { id: "client-1", secret: "", authFlow: "ADMIN_USER_PASSWORD_AUTH" };
export const tokens = {
  AuthenticationResult: {
    AccessToken: "access-1",
    IdToken: "id-1",
    RefreshToken: "refresh-1",
    ExpiresIn: 3600,
    TokenType: "Bearer",
  },
};
export const newPassword = { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "session-1", ChallengeParameters: {} };
export const made: Answer = ({ input }) => Response.json({ User: { Username: input["Username"] } });

/** A write-ahead log that remembers what happened to its notes. */
export class Notes {
  readonly standing = new Set<string>();
  readonly abandoned = new Set<string>();
  readonly written: string[] = [];
  noting: () => Promise<void> = async () => {};
  forgetting: () => Promise<void> = async () => {};

  readonly begin = async (username: string) => {
    await this.noting();
    this.written.push(username);
    this.standing.add(username);
    return {
      forget: async () => {
        await this.forgetting();
        this.standing.delete(username);
      },
      abandon: () => void this.abandoned.add(username),
    };
  };
}

/** A role's user about to be made in a pool where all goes well, unless a test scripts otherwise. */
export function setUp(over: Partial<UserRecipe> = {}, isWanted = async () => true) {
  const aws = new ScriptedAws()
    .on("AdminCreateUser", made)
    .on("AdminInitiateAuth", ok(newPassword))
    .on("AdminAddUserToGroup", ok())
    .on("AdminRespondToAuthChallenge", ok(tokens))
    .on("AdminSetUserPassword", ok())
    .on("AdminDeleteUser", ok());
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const notes = new Notes();
  const caller = new AbortController();
  const config = { ...emptyConfig, aws_access_key_id: "AKIATEST", aws_secret_access_key: "key-secret" };
  const pools = new UserPools({
    config,
    clock,
    logger,
    random: randomBytes,
    fetch: aws.fetch,
    requestLimits: new RequestLimits(clock),
    owner: aws,
    ambientRegion: async () => undefined,
  });
  const numbers = { name: 0, password: 0 };
  const recipe: UserRecipe = {
    username: () => `user-${++numbers.name}@example.com`,
    password: () => `Password-${++numbers.password}`,
    attributes: (username) => ({ email: username, email_verified: "true" }),
    groups: ["readers"],
    appClient,
    ...over,
  };
  const start = async () => {
    const pool = await pools.at({ region: "eu-west-1", userPoolId: "eu-west-1_pool" });
    return createUser({ pool, recipe, begin: notes.begin, isWanted, clock, logger, signal: caller.signal });
  };
  return { aws, clock, logger, notes, caller, start, create: () => clock.settle(start()) };
}

/** What `work` rejects with. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error("it should have failed");
  return error;
}

/** All that a careless logger could print of an error: properties, hidden ones too, stacks and causes. */
export function everythingIn(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (seen.has(value)) return "";
  seen.add(value);
  return Reflect.ownKeys(value)
    .map((key) => `${String(key)}: ${everythingIn(Reflect.get(value, key), seen)}`)
    .join("\n");
}

/** Long enough for whatever could go on without the test's doing to have gone on. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** Lets time pass until something happens, and only while nothing else can: a request hangs, or work sleeps. */
export async function passing(clock: ManualClock, aws: ScriptedAws, event: Promise<void>): Promise<void> {
  let happened = false;
  void event.then(() => {
    happened = true;
  });
  const began = clock.now();
  while (!happened) {
    if (clock.now() - began > 200_000) throw new Error("it did not happen within 200 seconds");
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (!happened && (aws.unanswered > 0 || clock.sleeping)) clock.advanceToNext();
  }
}
