import type { Call, Given } from "./call.ts";
import { stsCall } from "./post.ts";

const sts = (name: string, parameters: (given: Given) => Readonly<Record<string, string>>): Call => ({
  name,
  make: (peer, _brought, given) => stsCall(peer, parameters(given)),
});
const assume = (what: string, parameters: Readonly<Record<string, string>>) =>
  sts(`AssumeRole${what}`, ({ roleArn }) => ({
    Action: "AssumeRole",
    RoleArn: roleArn,
    RoleSessionName: "vault-cognito",
    ...parameters,
  }));

export const tokenService: readonly Call[] = [
  sts("GetCallerIdentity", () => ({ Action: "GetCallerIdentity" })),
  assume("", {}),
  assume(" for a quarter of an hour", { DurationSeconds: "900" }),
  assume(" for a minute", { DurationSeconds: "60" }),
  assume(" with a session name that is none", { RoleSessionName: "a b" }),
  assume(" without a session name", { RoleSessionName: "" }),
  assume(" without a role", { RoleArn: "" }),
  sts("AssumeRoleWithWebIdentity", ({ roleArn, webIdentityToken }) => ({
    Action: "AssumeRoleWithWebIdentity",
    RoleArn: roleArn,
    RoleSessionName: "vault-cognito",
    WebIdentityToken: webIdentityToken,
  })),
  sts("no action of STS", () => ({ Action: "Knock" })),
];
