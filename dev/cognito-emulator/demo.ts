import type { CognitoEmulator } from "./emulator.ts";

/** What the demo sets up. The values never change, so that a command which worked once works again. */
export const DEMO = {
  region: "eu-west-1",
  accessKeyId: "AKIAEMULATORDEMOKEY1",
  secretAccessKey: "emulator-demo-secret-access-key",
  roleName: "vault-cognito",
  userPoolId: "eu-west-1_DemoUsers",
  group: "readers",
  domain: "demo-users",
  userClientId: "demouserclient",
  machineClientId: "demomachineclient",
  machineClientSecret: "demo-machine-client-secret",
  scopes: ["orders/read", "orders/write"],
} as const;

/** An access key and a role that may do everything, and a pool with a group, a client for users and one for machines. */
export function seedDemo(emulator: CognitoEmulator): { readonly roleArn: string } {
  emulator.createAccessKey({ userName: "demo", accessKeyId: DEMO.accessKeyId, secretAccessKey: DEMO.secretAccessKey });
  emulator.createPool({
    id: DEMO.userPoolId,
    name: "demo users",
    domain: DEMO.domain,
    groups: [DEMO.group],
    resourceServers: [{ identifier: "orders", scopes: ["read", "write"] }],
    clients: [
      {
        id: DEMO.userClientId,
        name: "users",
        authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      },
      {
        id: DEMO.machineClientId,
        name: "machines",
        secret: DEMO.machineClientSecret,
        oauthFlows: ["client_credentials"],
        scopes: DEMO.scopes,
      },
    ],
  });
  return { roleArn: emulator.createRole({ name: DEMO.roleName }).arn };
}
