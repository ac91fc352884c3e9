import { describe, expect, test } from "bun:test";
import { UserError } from "../framework/index.ts";
import { cut, Gate, ok, refusal, refusedConnection, status } from "./testing/scripted-aws.ts";
import { appClient, failureOf, made, newPassword, quiet, setUp, tokens } from "./testing/user-making.ts";

describe("a user is born", () => {
  test("with a password of its own, its groups and tokens, in three round trips", async () => {
    const { aws, notes, create } = setUp({ groups: ["readers", "writers"] });
    expect(await create()).toMatchObject({
      username: "user-1@example.com",
      password: "Password-2",
      tokens: {
        accessToken: "access-1",
        idToken: "id-1",
        refreshToken: "refresh-1",
        expiresIn: 3600,
        tokenType: "Bearer",
      },
    });
    expect(aws.of("AdminCreateUser").map(({ input }) => input)).toEqual([
      {
        UserPoolId: "eu-west-1_pool",
        Username: "user-1@example.com",
        TemporaryPassword: "Password-1",
        MessageAction: "SUPPRESS",
        UserAttributes: [
          { Name: "email", Value: "user-1@example.com" },
          { Name: "email_verified", Value: "true" },
        ],
      },
    ]);
    expect(aws.of("AdminAddUserToGroup").map(({ input }) => input["GroupName"])).toEqual(["readers", "writers"]);
    expect(aws.of("AdminRespondToAuthChallenge")[0]?.input).toMatchObject({
      Session: "session-1",
      ChallengeResponses: { USERNAME: "user-1@example.com", NEW_PASSWORD: "Password-2" },
    });
    expect(notes.written).toEqual(["user-1@example.com"]);
    expect(notes.standing.size).toBe(0);
  });

  test("in each of its groups once, however often the role names it", async () => {
    const { aws, create } = setUp({ groups: ["readers", "readers"] });
    await create();
    expect(aws.of("AdminAddUserToGroup")).toHaveLength(1);
  });

  test("signing in beside joining its groups, and setting its password only when both are done", async () => {
    const { aws, start } = setUp();
    const create = new Gate();
    const auth = new Gate();
    const group = new Gate();
    aws.on("AdminCreateUser", create.before(made));
    aws.on("AdminInitiateAuth", auth.before(ok(newPassword)));
    aws.on("AdminAddUserToGroup", group.before(ok()));
    const user = start();

    await create.reached;
    expect(aws.calls()).toEqual(["AdminCreateUser"]);
    create.open();
    await Promise.all([auth.reached, group.reached]);
    auth.open();
    await quiet();
    expect(aws.calls()).not.toContain("AdminRespondToAuthChallenge");
    group.open();
    await user;
    expect(aws.calls().slice(3)).toEqual(["AdminRespondToAuthChallenge"]);
  });

  test("signing in again when tokens came at once, since those may lack the groups", async () => {
    const { aws, create } = setUp();
    const late = { AuthenticationResult: { ...tokens.AuthenticationResult, AccessToken: "with-groups" } };
    aws.on("AdminInitiateAuth", ok(tokens), ok(late));
    const user = await create();
    expect(user.tokens?.accessToken).toBe("with-groups");
    expect(user.password).toBe("Password-1");
    expect(aws.calls().filter((call) => call !== "AdminAddUserToGroup")).toEqual([
      "AdminCreateUser",
      "AdminInitiateAuth",
      "AdminInitiateAuth",
    ]);
  });

  test("signing in once when tokens came at once and there are no groups", async () => {
    const { aws, create } = setUp({ groups: [] });
    aws.on("AdminInitiateAuth", ok(tokens));
    expect((await create()).tokens?.accessToken).toBe("access-1");
    expect(aws.calls()).toEqual(["AdminCreateUser", "AdminInitiateAuth"]);
  });

  test("without tokens when the role wants none", async () => {
    const { aws, create } = setUp({ appClient: undefined });
    expect(await create()).toMatchObject({ username: "user-1@example.com", password: "Password-2", tokens: undefined });
    expect(aws.of("AdminSetUserPassword")[0]?.input).toEqual({
      UserPoolId: "eu-west-1_pool",
      Username: "user-1@example.com",
      Password: "Password-2",
      Permanent: true,
    });
    expect(aws.calls()).not.toContain("AdminInitiateAuth");
  });

  test("under the name that Cognito gave it", async () => {
    const { aws, create } = setUp();
    aws.on("AdminCreateUser", ok({ User: { Username: "sub-1" } }));
    expect((await create()).username).toBe("sub-1");
    expect(aws.of("AdminAddUserToGroup")[0]?.input["Username"]).toBe("sub-1");
  });

  test("through an app client with a secret, each call with the hash for the name in it", async () => {
    const { aws, create } = setUp({ appClient: { ...appClient, secret: "client-secret" } });
    aws.on("AdminInitiateAuth", ok({ ...newPassword, ChallengeParameters: { USER_ID_FOR_SRP: "sub-1" } }));
    await create();
    // openssl dgst -sha256 -hmac client-secret -binary | base64
    expect(aws.of("AdminInitiateAuth")[0]?.input["AuthParameters"]).toMatchObject({
      USERNAME: "user-1@example.com",
      SECRET_HASH: "lEtEUx6DtDClUkXmrmDaUtktM97S1CbEBeHYXmKhcOk=",
    });
    expect(aws.of("AdminRespondToAuthChallenge")[0]?.input["ChallengeResponses"]).toMatchObject({
      USERNAME: "sub-1",
      SECRET_HASH: "RGV8TK/7roPKXG1pD9MkS5ZLgxqAZ9czBx2SdYbBMmc=",
    });
  });
});

describe("whom the engine may delete", () => {
  test("a taken name is a stranger's: its note goes, nobody is deleted, another name is tried", async () => {
    const { aws, notes, create } = setUp();
    aws.on("AdminCreateUser", refusal("UsernameExistsException"), made);
    expect((await create()).username).toBe("user-2@example.com");
    expect(notes.written).toEqual(["user-1@example.com", "user-2@example.com"]);
    expect(notes.standing.size).toBe(0);
    expect(aws.calls()).not.toContain("AdminDeleteUser");
  });

  test("after three taken names it gives up, with no note left and nobody deleted", async () => {
    const { aws, notes, create } = setUp();
    aws.on("AdminCreateUser", refusal("UsernameExistsException"));
    expect(await failureOf(create())).toBeInstanceOf(UserError);
    expect(aws.calls()).toEqual(["AdminCreateUser", "AdminCreateUser", "AdminCreateUser"]);
    expect(notes.standing.size).toBe(0);
  });

  for (const [how, answer] of [
    ["was cut", cut],
    ["met a 500", refusal("InternalErrorException", 500)],
    ["met a proxy's 502 in HTML", status(502)],
    ["was answered with half a JSON", status(200, '{"User": {"Usern')],
  ] as const) {
    test(`a name that is taken when sent again is ours when the first send ${how}`, async () => {
      const { aws, notes, create } = setUp();
      aws.on("AdminCreateUser", answer, refusal("UsernameExistsException"));
      aws.on("AdminInitiateAuth", ok({ ...newPassword, ChallengeParameters: { USER_ID_FOR_SRP: "sub-1" } }));
      const user = await create();
      const sends = aws.of("AdminCreateUser").map(({ input }) => input);
      expect(sends).toHaveLength(2);
      expect(sends[1]).toEqual(sends[0] ?? {});
      expect(aws.of("AdminInitiateAuth")[0]?.input["AuthParameters"]).toMatchObject({ PASSWORD: "Password-1" });
      // The lost answer would have said so: Cognito's own name comes from the sign-in instead.
      expect(user.username).toBe("sub-1");
      expect(notes.standing.size).toBe(0);
    });
  }

  for (const [how, answer] of [
    ["throttled", refusal("TooManyRequestsException")],
    ["never connected", refusedConnection],
  ] as const) {
    test(`a name that is taken when sent again is a stranger's when the first send was ${how}`, async () => {
      const { aws, create } = setUp();
      aws.on("AdminCreateUser", answer, refusal("UsernameExistsException"), made);
      expect((await create()).username).toBe("user-2@example.com");
      expect(aws.calls()).not.toContain("AdminDeleteUser");
    });
  }

  test("a note of a stranger's name that storage will not let go of is never left to the rollback", async () => {
    const { aws, notes, logger, create } = setUp();
    aws.on("AdminCreateUser", refusal("UsernameExistsException"));
    notes.forgetting = () => Promise.reject(new Error("storage is away"));
    expect((await failureOf(create())).message).toBe("storage is away");
    expect(notes.abandoned.size).toBe(0);
    expect(aws.calls()).not.toContain("AdminDeleteUser");
    expect(logger.lines.map(({ level }) => level)).toEqual(["error"]);
  });
});
