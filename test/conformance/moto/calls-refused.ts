import * as aws from "@aws-sdk/client-cognito-identity-provider";
import { ann, type Call, call, inPool } from "./call.ts";

/** What AWS refuses and a lax peer takes. They come late, since what was taken stays. */
export const refused: readonly Call[] = [
  call(aws.CreateUserPoolCommand, "without a name", () => ({})),
  call(aws.CreateUserPoolCommand, "with a short minimum length", () => ({
    PoolName: "short",
    Policies: { PasswordPolicy: { MinimumLength: 5 } },
  })),
  call(aws.CreateGroupCommand, "without a name", inPool()),
  call(aws.CreateUserPoolClientCommand, "without a name", inPool()),
  call(aws.CreateUserPoolDomainCommand, "that is taken", ({ otherPool }) => ({
    UserPoolId: otherPool,
    Domain: "staff",
  })),
  call(aws.CreateUserPoolDomainCommand, "with a name that is none", inPool({ Domain: "-no-" })),
  call(aws.AdminCreateUserCommand, "with a weak password", inPool({ Username: "bob", TemporaryPassword: "weak" })),
  call(
    aws.AdminCreateUserCommand,
    "with an unknown attribute",
    inPool({ Username: "bob", UserAttributes: [{ Name: "custom:none", Value: "x" }] }),
  ),
  call(aws.AdminCreateUserCommand, "with a name of spaces", inPool({ Username: "a b" })),
  call(aws.AdminCreateUserCommand, "without a name", inPool()),
  call(aws.AdminCreateUserCommand, "with an unknown message action", ann({ MessageAction: "SHOUT" })),
  call(
    aws.AdminUpdateUserAttributesCommand,
    "with an unknown attribute",
    ann({ UserAttributes: [{ Name: "custom:none", Value: "x" }] }),
  ),
];
