import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  AdminAddUserToGroupCommand,
  AdminInitiateAuthCommand,
  AdminListGroupsForUserCommand,
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListGroupsCommand,
  ListUserPoolsCommand,
  SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type CognitoEmulator, startCognitoEmulator } from "./index.ts";
import { awsClient, refusal, STRONG_PASSWORD } from "./testing/aws-client.ts";
import { createUser } from "./testing/user-steps.ts";

let emulator: CognitoEmulator;
let aws: CognitoIdentityProviderClient;

beforeEach(async () => {
  emulator = await startCognitoEmulator();
  aws = awsClient(emulator);
});

afterEach(async () => {
  aws.destroy();
  await emulator.close();
});

const createPool = async (settings: Partial<CreateUserPoolCommand["input"]> = {}): Promise<string> =>
  (await aws.send(new CreateUserPoolCommand({ PoolName: "staff", ...settings }))).UserPool?.Id ?? "";

test("a script sets up a pool for machines over the wire and gets a token", async () => {
  const UserPoolId = await createPool();
  expect(UserPoolId).toMatch(/^eu-west-1_[0-9A-Za-z]{9}$/);
  await aws.send(
    new CreateResourceServerCommand({
      UserPoolId,
      Identifier: "orders",
      Name: "Orders",
      Scopes: [{ ScopeName: "read", ScopeDescription: "read" }],
    }),
  );
  await aws.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: "staff" }));
  const { UserPoolClient: client } = await aws.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "machine",
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthScopes: ["orders/read"],
      AccessTokenValidity: 10,
      TokenValidityUnits: { AccessToken: "minutes" },
    }),
  );
  const described = await aws.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId: client?.ClientId }));
  expect(described.UserPoolClient).toEqual(client);
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: client?.ClientId ?? "",
    client_secret: client?.ClientSecret ?? "",
  });
  expect(await (await fetch(`${emulator.url}/oauth2/token`, { method: "POST", body })).json()).toMatchObject({
    expires_in: 600,
  });
  expect(emulator.secretsSeen()).toContain(client?.ClientSecret ?? "");
  expect((await aws.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool).toMatchObject({
    Name: "staff",
    Domain: "staff",
  });
});

test("the settings given over the wire are those that hold", async () => {
  const UserPoolId = await createPool({
    UsernameAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
    Policies: { PasswordPolicy: { MinimumLength: 30, PasswordHistorySize: 2 } },
    Schema: [
      { Name: "name", Required: true },
      { Name: "email", Required: false },
      { Name: "team", AttributeDataType: "String" },
    ],
  });
  const pool = emulator.pool(UserPoolId);
  expect(await refusal(createUser(aws, pool, "Ann@example.com"))).toMatchObject({ name: "InvalidPasswordException" });
  expect(pool.options).toMatchObject({
    caseSensitive: false,
    passwordHistory: 2,
    requiredAttributes: ["name"],
    customAttributes: ["team"],
  });
  await aws.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId,
      MfaConfiguration: "ON",
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
  expect(pool.mfa).toEqual(["SOFTWARE_TOKEN_MFA"]);
});

test("pools and groups are listed, and a pool that was deleted is gone", async () => {
  const UserPoolId = await createPool();
  await aws.send(new CreateGroupCommand({ UserPoolId, GroupName: "readers", Precedence: 3 }));
  expect(await refusal(aws.send(new CreateGroupCommand({ UserPoolId, GroupName: "readers" })))).toMatchObject({
    name: "GroupExistsException",
  });
  expect((await aws.send(new ListGroupsCommand({ UserPoolId }))).Groups).toMatchObject([
    { GroupName: "readers", Precedence: 3 },
  ]);
  expect((await aws.send(new ListUserPoolsCommand({ MaxResults: 10 }))).UserPools).toMatchObject([{ Id: UserPoolId }]);
  await aws.send(new DeleteUserPoolCommand({ UserPoolId }));
  expect(await refusal(aws.send(new ListGroupsCommand({ UserPoolId })))).toMatchObject({
    name: "ResourceNotFoundException",
  });
});

test("a group, a scope and a token's life are told as they were given", async () => {
  const UserPoolId = await createPool();
  const pool = emulator.pool(UserPoolId);
  await aws.send(new CreateGroupCommand({ UserPoolId, GroupName: "readers", Description: "who read", Precedence: 3 }));
  await createUser(aws, pool);
  const named = { UserPoolId, Username: "ann" };
  await aws.send(new AdminAddUserToGroupCommand({ ...named, GroupName: "readers" }));
  const { Groups } = await aws.send(new AdminListGroupsForUserCommand(named));
  expect(Groups).toEqual((await aws.send(new ListGroupsCommand({ UserPoolId }))).Groups);
  const Scopes = [{ ScopeName: "read", ScopeDescription: "read all" }];
  const { ResourceServer } = await aws.send(
    new CreateResourceServerCommand({ UserPoolId, Identifier: "orders", Name: "Orders", Scopes }),
  );
  expect(ResourceServer?.Scopes).toEqual(Scopes);
  const lives = {
    AccessTokenValidity: 10,
    RefreshTokenValidity: 2,
    TokenValidityUnits: { AccessToken: "minutes" },
  } as const;
  const { UserPoolClient } = await aws.send(
    new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", ...lives }),
  );
  expect(UserPoolClient).toMatchObject(lives);
  expect(UserPoolClient?.IdTokenValidity).toBeUndefined();
});

test("a number beyond its limits is refused", async () => {
  for (const MinimumLength of [5, 100]) {
    const short = new CreateUserPoolCommand({ PoolName: "staff", Policies: { PasswordPolicy: { MinimumLength } } });
    expect(await refusal(aws.send(short))).toMatchObject({ name: "InvalidParameterException" });
  }
  expect(await refusal(aws.send(new ListUserPoolsCommand({ MaxResults: 0 })))).toMatchObject({
    name: "InvalidParameterException",
    message: expect.stringContaining("at 'maxResults' failed"),
  });
});

test("what does not exist is named", async () => {
  const pool = emulator.createPool();
  await createUser(aws, pool);
  const named = { UserPoolId: pool.id, Username: "ann" };
  expect(await refusal(aws.send(new AdminAddUserToGroupCommand({ ...named, GroupName: "none" })))).toEqual({
    name: "ResourceNotFoundException",
    message: "Group not found.",
    status: 400,
  });
  const signIn = new AdminInitiateAuthCommand({
    UserPoolId: pool.id,
    ClientId: "none",
    AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "ann", PASSWORD: STRONG_PASSWORD },
  });
  expect(await refusal(aws.send(signIn))).toMatchObject({ message: "User pool client none does not exist." });
  expect(
    await refusal(
      aws.send(new AdminAddUserToGroupCommand({ UserPoolId: pool.id, Username: "bob", GroupName: "none" })),
    ),
  ).toMatchObject({
    name: "UserNotFoundException",
  });
});

test("a scope, a token life or a mixture of flows that cannot be is refused", async () => {
  const UserPoolId = await createPool();
  const refused = (settings: Partial<CreateUserPoolClientCommand["input"]>) =>
    refusal(aws.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", ...settings })));
  expect(await refused({ AllowedOAuthScopes: ["orders/read"] })).toMatchObject({ name: "ScopeDoesNotExistException" });
  expect(await refused({ AccessTokenValidity: 25 })).toMatchObject({ name: "InvalidParameterException" });
  expect(await refused({ ExplicitAuthFlows: ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"] })).toMatchObject({
    name: "InvalidParameterException",
  });
  expect(emulator.pool(UserPoolId).clients()).toEqual([]);
});

test("what the emulator does not know it says so, as AWS would", async () => {
  const target = (name: string, body: string) =>
    fetch(emulator.url, {
      method: "POST",
      headers: { "x-amz-target": `AWSCognitoIdentityProviderService.${name}` },
      body,
    });
  expect(await (await target("MakeCoffee", "{}")).json()).toEqual({
    __type: "UnknownOperationException",
    message: "The emulator does not know the action MakeCoffee.",
  });
  expect(await (await target("ListUsers", "[")).json()).toMatchObject({ __type: "SerializationException" });
  expect(await (await target("toString", "{}")).json()).toMatchObject({ __type: "UnknownOperationException" });
  expect((await fetch(`${emulator.url}/nothing`)).status).toBe(404);
});
