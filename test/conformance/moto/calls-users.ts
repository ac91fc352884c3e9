import * as aws from "@aws-sdk/client-cognito-identity-provider";
import { ann, type Call, call, inPool, noPool, temporary } from "./call.ts";

const email = { Name: "email", Value: "ann@example.com" };
const verified = { Name: "email_verified", Value: "true" };

export const users: readonly Call[] = [
  call(
    aws.AdminCreateUserCommand,
    "",
    ann({ MessageAction: "SUPPRESS", TemporaryPassword: temporary, UserAttributes: [email, verified] }),
  ),
  call(aws.AdminCreateUserCommand, "that is there", ann({ MessageAction: "SUPPRESS", TemporaryPassword: temporary })),
  call(
    aws.AdminCreateUserCommand,
    "with a custom attribute",
    inPool({ Username: "carl", MessageAction: "SUPPRESS", UserAttributes: [{ Name: "custom:team", Value: "x" }] }),
  ),
  call(aws.AdminCreateUserCommand, "in a pool that is not there", () => ({ UserPoolId: noPool, Username: "ann" })),
  call(aws.AdminCreateUserCommand, "again, to send once more", inPool({ Username: "carl", MessageAction: "RESEND" })),
  call(
    aws.AdminCreateUserCommand,
    "to send once more to nobody",
    inPool({ Username: "nobody", MessageAction: "RESEND" }),
  ),
  call(aws.AdminSetUserPasswordCommand, "for a while", ann({ Password: temporary, Permanent: false })),
  call(aws.AdminGetUserCommand, "", ann()),
  call(aws.AdminGetUserCommand, "that is not there", inPool({ Username: "nobody" })),
  call(aws.AdminGetUserCommand, "in a pool that is not there", () => ({ UserPoolId: noPool, Username: "ann" })),
  call(aws.AdminAddUserToGroupCommand, "", ann({ GroupName: "readers" })),
  call(aws.AdminAddUserToGroupCommand, "again", ann({ GroupName: "readers" })),
  call(aws.AdminAddUserToGroupCommand, "that is not there", ann({ GroupName: "none" })),
  call(aws.AdminAddUserToGroupCommand, "for nobody", inPool({ Username: "nobody", GroupName: "readers" })),
  call(aws.AdminListGroupsForUserCommand, "", ann()),
  call(aws.AdminListGroupsForUserCommand, "of nobody", inPool({ Username: "nobody" })),
  call(aws.ListUsersCommand, "", inPool()),
  call(aws.ListUsersCommand, "with a filter", inPool({ Filter: 'email ^= "ann"' })),
  call(aws.ListUsersCommand, "with a filter that is none", inPool({ Filter: "email is ann" })),
  call(aws.AdminUpdateUserAttributesCommand, "", ann({ UserAttributes: [{ Name: "custom:team", Value: "blue" }] })),
  call(aws.AdminUpdateUserAttributesCommand, "of nobody", inPool({ Username: "nobody", UserAttributes: [email] })),
];
