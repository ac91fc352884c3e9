import { describe, expect, test } from "bun:test";
import { InternalError, RateLimitedError } from "../framework/index.ts";
import { cut, Gate, hang, ok, refusal } from "./testing/scripted-aws.ts";
import { failureOf, made, newPassword, passing, quiet, setUp, tokens } from "./testing/user-making.ts";

describe("the budget of a request", () => {
  test("a pool that hangs at the end costs 75 seconds, and the user", async () => {
    const { aws, clock, notes, start } = setUp();
    const began = clock.now();
    const deleted = new Gate();
    aws.on("AdminRespondToAuthChallenge", hang);
    aws.on("AdminDeleteUser", (request) => {
      expect(clock.now() - began).toBe(75_000);
      return deleted.before(ok())(request);
    });
    const user = failureOf(start());
    await passing(clock, aws, deleted.reached);
    deleted.open();
    const error = await user;
    expect(error).toBeInstanceOf(InternalError);
    // Not that the time was over, which explains nothing.
    expect(error.message).toStartWith("AdminRespondToAuthChallenge failed: no usable answer from Cognito (Timeout)");
    expect(notes.standing.size).toBe(0);
  });

  test("a process that slept through its budget deletes the user instead of answering", async () => {
    const { aws, clock, notes, start } = setUp();
    // Only the clock's reading moves: timers of a paused process fire late.
    const now = clock.now.bind(clock);
    aws.on("AdminRespondToAuthChallenge", (request) => {
      clock.now = () => now() + 400_000;
      return ok(tokens)(request);
    });
    const user = failureOf(start());
    expect((await user).message).toBe("the user was not ready in time and was deleted again; try again later");
    expect(aws.calls().at(-1)).toBe("AdminDeleteUser");
    expect(notes.standing.size).toBe(0);
    expect(notes.written).toHaveLength(1);
  });

  test("a caller who goes while the user is made gets it deleted, after the outcome is known", async () => {
    const { aws, caller, notes, start } = setUp();
    const create = new Gate();
    aws.on("AdminCreateUser", create.before(made));
    const user = failureOf(start());
    await create.reached;
    caller.abort();
    await quiet();
    expect(aws.calls()).toEqual(["AdminCreateUser"]);
    create.open();
    await user;
    expect(aws.calls()).toEqual(["AdminCreateUser", "AdminDeleteUser"]);
    expect(notes.standing.size).toBe(0);
  });

  test("a caller who goes while the note is forgotten gets it deleted, under a new note until that is done", async () => {
    const { aws, caller, notes, create } = setUp();
    notes.forgetting = async () => caller.abort();
    let noted = false;
    aws.on("AdminDeleteUser", (request) => {
      noted = notes.standing.size === 1;
      return ok()(request);
    });
    await failureOf(create());
    expect(noted).toBe(true);
    expect(notes.written).toHaveLength(2);
    expect(notes.standing.size).toBe(0);
  });

  test("so does one who goes before the answer came to them", async () => {
    const { aws, notes, clock, create } = setUp();
    let noted = false;
    aws.on("AdminDeleteUser", (request) => {
      noted = notes.standing.size === 1;
      return ok()(request);
    });
    const { takeBack } = await create();
    await clock.settle(takeBack());
    expect(noted).toBe(true);
    expect(aws.of("AdminDeleteUser").map(({ input }) => input["Username"])).toEqual(["user-1@example.com"]);
    expect(notes.standing.size).toBe(0);
  });

  test("and where that user cannot be deleted at once, the note stays for the rollback", async () => {
    const { aws, notes, clock, create } = setUp();
    aws.on("AdminDeleteUser", refusal("InternalErrorException"));
    const { takeBack } = await create();
    await clock.settle(takeBack());
    expect(notes.standing.size).toBe(1);
    expect(notes.abandoned.size).toBe(1);
  });

  test("and where it can neither be deleted nor noted, the log says which user is left", async () => {
    const { aws, notes, clock, logger, create } = setUp();
    const { takeBack } = await create();
    notes.noting = () => Promise.reject(new Error("storage is sealed"));
    await clock.settle(takeBack());
    expect(logger.lines).toEqual([]);

    aws.on("AdminDeleteUser", refusal("InternalErrorException"));
    await clock.settle(takeBack());
    expect(logger.lines).toMatchObject([
      {
        level: "warn",
        message: "a user that nobody got could not be deleted, nor noted for the rollback: delete it by hand",
        fields: { region: "eu-west-1", user_pool_id: "eu-west-1_pool", username: "user-1@example.com" },
      },
    ]);
  });

  test("and a user whose name only its sign-in told goes by that name", async () => {
    const { aws, clock, create } = setUp();
    aws.on("AdminCreateUser", cut, refusal("UsernameExistsException"));
    aws.on("AdminInitiateAuth", ok({ ...newPassword, ChallengeParameters: { USER_ID_FOR_SRP: "name-of-the-pool" } }));
    const { takeBack } = await create();
    await clock.settle(takeBack());
    expect(aws.of("AdminDeleteUser").map(({ input }) => input["Username"])).toEqual(["name-of-the-pool"]);
  });

  test("a caller who goes is told of as the cause, so that the log can keep quiet about it", async () => {
    const { aws, caller, create } = setUp();
    const reason = new DOMException("the host no longer waits for an answer", "AbortError");
    aws.on("AdminInitiateAuth", (request) => {
      caller.abort(reason);
      return hang(request);
    });
    const error = await failureOf(create());
    expect(error).toMatchObject({ name: "InternalError", cause: { name: "AwsFailure", cause: reason } });
  });

  test("a caller who is gone before anything was sent costs nothing", async () => {
    const { aws, caller, notes, create } = setUp();
    caller.abort();
    await failureOf(create());
    expect(aws.calls()).toEqual([]);
    expect(notes.standing.size).toBe(0);
  });

  test("throttling that passes is waited out, and throttling that stays is named", async () => {
    const passing = setUp();
    passing.aws.on("AdminCreateUser", refusal("TooManyRequestsException"), refusal("TooManyRequestsException"), made);
    expect((await passing.create()).username).toBe("user-1@example.com");

    const staying = setUp();
    staying.aws.on("AdminCreateUser", refusal("TooManyRequestsException"));
    const began = staying.clock.now();
    const error = await failureOf(staying.create());
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(staying.clock.now() - began).toBeLessThanOrEqual(75_000);
    expect(staying.notes.standing.size).toBe(0);
  });
});

describe("an answer that was lost on the way", () => {
  test("of the new password: the session is spent, so the user signs in with that password", async () => {
    const { aws, create } = setUp();
    aws.on("AdminRespondToAuthChallenge", cut, refusal("NotAuthorizedException"));
    aws.on("AdminInitiateAuth", ok(newPassword), ok(tokens));
    expect((await create()).password).toBe("Password-2");
    expect(aws.of("AdminInitiateAuth")[1]?.input["AuthParameters"]).toMatchObject({ PASSWORD: "Password-2" });
  });

  test("of a permanent password: its re-send meets the pool's password history, which is no failure", async () => {
    const { aws, create } = setUp({ appClient: undefined });
    aws.on("AdminSetUserPassword", cut, refusal("PasswordHistoryPolicyViolationException"));
    expect((await create()).password).toBe("Password-2");
  });
});

test("a password source that repeats itself is refused before anything is made", async () => {
  const { aws, create } = setUp({ password: () => "Same-1" });
  expect((await failureOf(create())).message).toBe(
    "password_policy gave the same password twice; it must make a new random one each time",
  );
  expect(aws.calls()).toEqual([]);
});
