import type { RealServer } from "../servers/real-server.ts";
import { type CognitoWorld, executable, write } from "../stories/cognito-world.ts";

/** Mounts the plugin at cognito/ with the two roles of the README, which all examples share. */
export async function mountAsInTheReadme(server: RealServer, world: CognitoWorld): Promise<void> {
  await server.registerPlugin({ name: "cognito", file: executable });
  await server.enable("cognito", "cognito");
  await write(server, "cognito/config", world.config);
  await write(server, "cognito/roles/my-cognito-user", world.userRole);
  await write(server, "cognito/roles/my-machine", world.machineRole);
}

/** Gives a policy to a new token. */
export async function tokenWithPolicy(server: RealServer, name: string, hcl: string): Promise<string> {
  await server.cli(["policy", "write", name, "-"], { input: hcl });
  const { auth } = await server.cliJson<{ readonly auth: { readonly client_token: string } }>([
    "token",
    "create",
    `-policy=${name}`,
    "-no-default-policy",
  ]);
  return auth.client_token;
}
