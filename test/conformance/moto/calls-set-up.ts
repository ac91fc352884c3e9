import * as aws from "@aws-sdk/client-cognito-identity-provider";
import { type Call, call, inPool, noPool } from "./call.ts";

export const setUp: readonly Call[] = [
  call(
    aws.CreateUserPoolCommand,
    "",
    () => ({
      PoolName: "staff",
      Policies: {
        PasswordPolicy: {
          MinimumLength: 10,
          RequireUppercase: true,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: false,
          TemporaryPasswordValidityDays: 3,
        },
      },
      Schema: [{ Name: "team", AttributeDataType: "String", Mutable: true }],
    }),
    ({ UserPool }: aws.CreateUserPoolCommandOutput, brought) => {
      brought.pool = UserPool?.Id ?? "";
    },
  ),
  call(
    aws.CreateUserPoolCommand,
    "without settings",
    () => ({ PoolName: "other" }),
    ({ UserPool }: aws.CreateUserPoolCommandOutput, brought) => {
      brought.otherPool = UserPool?.Id ?? "";
    },
  ),
  call(aws.DescribeUserPoolCommand, "", inPool()),
  call(aws.DescribeUserPoolCommand, "that is not there", () => ({ UserPoolId: noPool })),
  call(aws.DescribeUserPoolCommand, "with an id that is none", () => ({ UserPoolId: "staff" })),
  call(aws.ListUserPoolsCommand, "", () => ({ MaxResults: 10 })),
  call(aws.ListUserPoolsCommand, "of none", () => ({ MaxResults: 0 })),
  call(aws.CreateGroupCommand, "", inPool({ GroupName: "readers", Description: "who read", Precedence: 1 })),
  call(aws.CreateGroupCommand, "without settings", inPool({ GroupName: "writers" })),
  call(aws.CreateGroupCommand, "that is there", inPool({ GroupName: "readers" })),
  call(aws.CreateGroupCommand, "in a pool that is not there", () => ({ UserPoolId: noPool, GroupName: "readers" })),
  call(aws.GetGroupCommand, "", inPool({ GroupName: "readers" })),
  call(aws.GetGroupCommand, "that is not there", inPool({ GroupName: "none" })),
  call(aws.ListGroupsCommand, "", inPool()),
  call(
    aws.CreateUserPoolClientCommand,
    "",
    inPool({ ClientName: "web", ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }),
    ({ UserPoolClient }: aws.CreateUserPoolClientCommandOutput, brought) => {
      brought.client = UserPoolClient?.ClientId ?? "";
    },
  ),
  call(
    aws.CreateUserPoolClientCommand,
    "with a secret",
    inPool({
      ClientName: "machine",
      GenerateSecret: true,
      ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      AccessTokenValidity: 10,
      TokenValidityUnits: { AccessToken: "minutes" },
    }),
    ({ UserPoolClient }: aws.CreateUserPoolClientCommandOutput, brought) => {
      brought.secretClient = UserPoolClient?.ClientId ?? "";
      brought.secret = UserPoolClient?.ClientSecret ?? "";
    },
  ),
  call(aws.CreateUserPoolClientCommand, "in a pool that is not there", () => ({ UserPoolId: noPool, ClientName: "x" })),
  call(aws.DescribeUserPoolClientCommand, "", (brought) => inPool({ ClientId: brought.client })(brought)),
  call(aws.DescribeUserPoolClientCommand, "that is not there", inPool({ ClientId: "nothere" })),
  call(aws.ListUserPoolClientsCommand, "", inPool({ MaxResults: 10 })),
  call(
    aws.CreateResourceServerCommand,
    "",
    inPool({ Identifier: "api", Name: "API", Scopes: [{ ScopeName: "read", ScopeDescription: "read all" }] }),
  ),
  call(aws.CreateResourceServerCommand, "that is there", inPool({ Identifier: "api", Name: "API" })),
  call(aws.CreateUserPoolDomainCommand, "", inPool({ Domain: "staff" })),
  call(aws.DescribeUserPoolDomainCommand, "", () => ({ Domain: "staff" })),
  call(aws.DescribeUserPoolDomainCommand, "that is not there", () => ({ Domain: "nothere" })),
  call(aws.SetUserPoolMfaConfigCommand, "off", inPool({ MfaConfiguration: "OFF" })),
];
