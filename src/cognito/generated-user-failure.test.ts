import { describe, expect, test } from "bun:test";
import { type JsonObject, UserError } from "../framework/index.ts";
import { type Answer, cut, Gate, ok, refusal, type SentRequest } from "./testing/scripted-aws.ts";
import { appClient, everythingIn, failureOf, newPassword, quiet, setUp, tokens } from "./testing/user-making.ts";

describe("after a failure no user is left", () => {
  for (const call of ["AdminInitiateAuth", "AdminAddUserToGroup", "AdminRespondToAuthChallenge"]) {
    test(`when ${call} is refused`, async () => {
      const { aws, notes, create } = setUp();
      aws.on(call, refusal("AccessDeniedException"));
      const error = await failureOf(create());
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toBe(
        `${call} failed: AccessDeniedException; allow cognito-idp:${call} to the engine's AWS credentials`,
      );
      expect(aws.of("AdminDeleteUser").map(({ input }) => input["Username"])).toEqual(["user-1@example.com"]);
      expect(notes.standing.size).toBe(0);
    });
  }

  test("and the delete overtakes no call that is under way", async () => {
    const { aws, start } = setUp();
    const group = new Gate();
    aws.on("AdminInitiateAuth", refusal("NotAuthorizedException"));
    aws.on("AdminAddUserToGroup", group.before(ok()));
    const user = failureOf(start());
    await group.reached;
    await quiet();
    expect(aws.calls()).not.toContain("AdminDeleteUser");
    group.open();
    expect((await user).message).toContain("NotAuthorizedException");
    expect(aws.calls().at(-1)).toBe("AdminDeleteUser");
  });

  for (const [challenge, cure] of [
    ["MFA_SETUP", "make MFA optional in the user pool"],
    ["SMS_MFA", "make MFA optional in the user pool"],
    ["SMS_OTP", "make MFA optional in the user pool"],
    ["EMAIL_OTP", "make MFA optional in the user pool"],
    ["SOFTWARE_TOKEN_MFA", "make MFA optional in the user pool"],
    ["SELECT_MFA_TYPE", "make MFA optional in the user pool"],
    ["SELECT_CHALLENGE", "give the app client a flow with a password only (auth_flow of the role)"],
    ["PASSWORD", "give the app client a flow with a password only (auth_flow of the role)"],
    ["PASSWORD_SRP", "give the app client a flow with a password only (auth_flow of the role)"],
    ["PASSWORD_VERIFIER", "give the app client a flow with a password only (auth_flow of the role)"],
    ["WEB_AUTHN", "give the app client a flow with a password only (auth_flow of the role)"],
    ["CUSTOM_CHALLENGE", "remove the custom authentication triggers from the user pool"],
    ["DEVICE_SRP_AUTH", "turn device remembering off in the user pool"],
    ["DEVICE_PASSWORD_VERIFIER", "turn device remembering off in the user pool"],
    ["ADMIN_THING_2031", "use a pool that asks for a password only"],
  ] as const) {
    for (const call of ["AdminInitiateAuth", "AdminRespondToAuthChallenge"]) {
      test(`when ${call} answers with ${challenge}`, async () => {
        const { aws, create } = setUp();
        aws.on(call, ok({ ChallengeName: challenge, Session: "session-2" }));
        const error = await failureOf(create());
        expect(error).toBeInstanceOf(UserError);
        expect(error.message).toBe(`pool requires ${challenge}; ${cure}, or set issue_tokens=false on the role`);
        expect(aws.calls().at(-1)).toBe("AdminDeleteUser");
      });
    }
  }

  test("when the pool wants attributes that the role does not set", async () => {
    const { aws, create } = setUp();
    const requiredAttributes = JSON.stringify(["userAttributes.family_name", "userAttributes.custom:team"]);
    aws.on("AdminInitiateAuth", ok({ ...newPassword, ChallengeParameters: { requiredAttributes } }));
    aws.on("AdminRespondToAuthChallenge", refusal("InvalidParameterException"));
    expect((await failureOf(create())).message).toBe(
      "the pool requires attributes that new users lack: family_name, custom:team; set them in attributes of the role",
    );
    expect(aws.calls().at(-1)).toBe("AdminDeleteUser");
  });

  test("when the group is missing, which the error names", async () => {
    const { aws, create } = setUp();
    aws.on("AdminAddUserToGroup", refusal("ResourceNotFoundException"));
    expect((await failureOf(create())).message).toBe(
      'AdminAddUserToGroup failed: ResourceNotFoundException; the pool has no group "readers": create it, or change the role\'s groups',
    );
  });

  test("when the note cannot be forgotten: a later rollback would delete a user in use", async () => {
    const { aws, notes, create } = setUp();
    notes.forgetting = () => Promise.reject(new Error("storage is away"));
    expect((await failureOf(create())).message).toBe("storage is away");
    expect(aws.calls().at(-1)).toBe("AdminDeleteUser");
    expect(notes.abandoned).toEqual(new Set(["user-1@example.com"]));
  });

  test("when the mount is being disabled meanwhile: nobody would revoke its lease", async () => {
    const { aws, notes, create } = setUp({}, async () => false);
    expect((await failureOf(create())).message).toBe("this mount is being disabled and issues nothing more");
    expect(aws.calls().at(-1)).toBe("AdminDeleteUser");
    expect(notes.standing.size).toBe(0);
  });

  test("and none is even tried when the note cannot be written", async () => {
    const { aws, notes, create } = setUp();
    Object.assign(notes, { begin: () => Promise.reject(new Error("storage is away")) });
    expect((await failureOf(create())).message).toBe("storage is away");
    expect(aws.calls()).toEqual([]);
  });

  test("and a pool that refused the user is not asked to delete it", async () => {
    const { aws, notes, create } = setUp();
    aws.on("AdminCreateUser", refusal("InvalidPasswordException"));
    expect((await failureOf(create())).message).toBe(
      "generated password rejected by the pool policy; set password_policy",
    );
    expect(aws.calls()).toEqual(["AdminCreateUser"]);
    expect(notes.standing.size).toBe(0);
  });

  test("and the note stays for the rollback when the delete fails too", async () => {
    const { aws, notes, logger, create } = setUp();
    aws.on("AdminInitiateAuth", refusal("NotAuthorizedException"));
    aws.on("AdminDeleteUser", cut);
    await failureOf(create());
    expect(notes.standing).toEqual(new Set(["user-1@example.com"]));
    expect(notes.abandoned).toEqual(new Set(["user-1@example.com"]));
    expect(logger.lines.map(({ message }) => message)).toEqual([
      "a half-made user could not be deleted at once; the rollback deletes it",
    ]);
  });
});

describe("when only the note cannot be removed, the log says so and not that a user is left", () => {
  const line =
    "no half-made user is left, but the note of one could not be removed from the write-ahead log; the rollback removes it";
  for (const [what, call, code, calls] of [
    ["a user that was refused", "AdminCreateUser", "InvalidPasswordException", ["AdminCreateUser"]],
    ["a user that was deleted again", "AdminInitiateAuth", "NotAuthorizedException", undefined],
  ] as const) {
    test(`of ${what}`, async () => {
      const { aws, notes, logger, create } = setUp();
      aws.on(call, refusal(code));
      notes.forgetting = () => Promise.reject(new Error("storage is away"));
      await failureOf(create());
      expect(aws.calls()).toEqual(calls ? [...calls] : expect.arrayContaining(["AdminDeleteUser"]));
      expect(logger.lines.map(({ message }) => message)).toEqual([line]);
      expect(notes.standing).toEqual(new Set(["user-1@example.com"]));
      expect(notes.abandoned).toEqual(new Set(["user-1@example.com"]));
    });
  }
});

describe("when nobody knows whether the user was made", () => {
  test("it is deleted, and the note goes when that one send was it", async () => {
    const { aws, notes, create } = setUp();
    aws.on("AdminCreateUser", cut, refusal("AccessDeniedException"));
    await failureOf(create());
    expect(aws.calls()).toEqual(["AdminCreateUser", "AdminCreateUser", "AdminDeleteUser"]);
    expect(notes.standing.size).toBe(0);
  });

  test("the note stays when no user is found: the send may still arrive", async () => {
    const { aws, notes, create } = setUp();
    aws.on("AdminCreateUser", cut, refusal("AccessDeniedException"));
    aws.on("AdminDeleteUser", refusal("UserNotFoundException"));
    await failureOf(create());
    expect(notes.standing.size).toBe(1);
    expect(notes.abandoned.size).toBe(1);
  });

  for (const code of [
    "CodeDeliveryFailureException",
    "InvalidLambdaResponseException",
    "UnexpectedLambdaException",
    "UserLambdaValidationException",
  ]) {
    test(`when the pool refuses with ${code}, which can come after the user was made`, async () => {
      const { aws, create } = setUp();
      aws.on("AdminCreateUser", refusal(code));
      await failureOf(create());
      expect(aws.calls()).toEqual(["AdminCreateUser", "AdminDeleteUser"]);
    });
  }

  test("the note stays when one user is deleted but two sends are unknown", async () => {
    const { aws, notes, create } = setUp();
    aws.on("AdminCreateUser", cut, cut, refusal("AccessDeniedException"));
    await failureOf(create());
    expect(notes.standing.size).toBe(1);
  });
});

test("no failure brings a user name, a secret or AWS's own words into an error, nor a secret into the log", async () => {
  const secrets = ["Password-1", "Password-2", "client-secret", "key-secret", "access-1", "session-1"];
  const answers: readonly Answer[] = [
    refusal("NotAuthorizedException"),
    refusal("InvalidParameterException"),
    refusal("UserLambdaValidationException"),
    refusal("TooManyRequestsException"),
    refusal("SomethingNewException"),
    refusal("InternalErrorException", 500),
    refusal("user-1@example.com"),
    (request: SentRequest) => new Response(`<html>${JSON.stringify(request.input)}`, { status: 403 }),
    (request: SentRequest) => new Response(`{"User": ${JSON.stringify(request.input)}`),
    (request: SentRequest) => Promise.reject(new TypeError(JSON.stringify(request.input))),
    ok({ ChallengeName: "user-1@example.com" }),
    cut,
  ];
  for (const call of ["AdminCreateUser", "AdminInitiateAuth", "AdminAddUserToGroup", "AdminRespondToAuthChallenge"]) {
    for (const answer of answers) {
      const { aws, logger, create } = setUp({ appClient: { ...appClient, secret: "client-secret" } });
      if (answer === answers[10] && (call === "AdminCreateUser" || call === "AdminAddUserToGroup")) continue;
      aws.on(call, answer);
      const error = await failureOf(create());
      for (const secret of [...secrets, "user-1@example.com", "refused for"]) {
        expect(everythingIn(error)).not.toContain(secret);
      }
      for (const secret of secrets) expect(logger.text()).not.toContain(secret);
    }
  }
});

test.each<[string, object]>([
  ["no access token", { AccessToken: undefined }],
  ["a token that is no text", { AccessToken: ["a"] }],
  ["a life without end", { ExpiresIn: Number.POSITIVE_INFINITY }],
  ["a life that is no number", { ExpiresIn: "3600" }],
])("tokens that nobody could be given, with %s, cost the user", async (_, odd) => {
  const { aws, notes, create } = setUp();
  const answer = { AuthenticationResult: { ...tokens.AuthenticationResult, ...odd } };
  // Not as JSON, which has no infinity: only its parser makes one, out of 1e400.
  const body = JSON.stringify(answer, (_name, value) => (value === Number.POSITIVE_INFINITY ? "endless" : value));
  aws.on("AdminRespondToAuthChallenge", () => new Response(body.replace('"endless"', "1e400")));
  expect((await failureOf(create())).message).toContain("the answer has no access token");
  expect(aws.calls().at(-1)).toBe("AdminDeleteUser");
  expect(notes.standing.size).toBe(0);
});

test.each<[string, string, JsonObject]>([
  ["a user without a name", "AdminCreateUser", { User: { Username: { a: 1 } } }],
  [
    "an ID token that is no text",
    "AdminRespondToAuthChallenge",
    { AuthenticationResult: { ...tokens.AuthenticationResult, IdToken: 7 } },
  ],
])("what else is odd in an answer, like %s, is left out", async (_, action, answer) => {
  const { aws, create } = setUp();
  aws.on(action, ok(answer));
  const user = await create();
  expect(user.username).toBe("user-1@example.com");
  expect(user.tokens?.accessToken).toBe("access-1");
  expect([undefined, "id-1"]).toContain(user.tokens?.idToken);
});

test("a challenge whose name is no text is an unknown one", async () => {
  const { aws, create } = setUp();
  aws.on("AdminInitiateAuth", ok({ ChallengeName: { toString: "not a function" } }));
  expect((await failureOf(create())).message).toContain("pool requires an unknown challenge");
  expect(aws.calls().at(-1)).toBe("AdminDeleteUser");
});
