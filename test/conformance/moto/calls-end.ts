import * as aws from "@aws-sdk/client-cognito-identity-provider";
import { ann, type Call, call, inPool, noPool } from "./call.ts";

export const ends: readonly Call[] = [
  call(aws.AdminRemoveUserFromGroupCommand, "", ann({ GroupName: "readers" })),
  call(aws.AdminRemoveUserFromGroupCommand, "that is not there", ann({ GroupName: "none" })),
  call(aws.AdminDeleteUserCommand, "", ann()),
  call(aws.AdminDeleteUserCommand, "again", ann()),
  call(aws.AdminDeleteUserCommand, "in a pool that is not there", () => ({ UserPoolId: noPool, Username: "ann" })),
  call(aws.DeleteGroupCommand, "", inPool({ GroupName: "readers" })),
  call(aws.DeleteGroupCommand, "again", inPool({ GroupName: "readers" })),
  call(aws.DeleteUserPoolClientCommand, "", (brought) => inPool({ ClientId: brought.client })(brought)),
  call(aws.DeleteUserPoolClientCommand, "again", (brought) => inPool({ ClientId: brought.client })(brought)),
  call(aws.DeleteUserPoolCommand, "", ({ otherPool }) => ({ UserPoolId: otherPool })),
  call(aws.DeleteUserPoolCommand, "again", ({ otherPool }) => ({ UserPoolId: otherPool })),
];
