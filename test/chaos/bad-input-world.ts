import type { RealServer } from "../servers/real-server.ts";
import { type CognitoWorld, executable, mountCognito, read, write } from "../stories/cognito-world.ts";

/** Mounts `cognito`, ready to issue, and `odd-cognito`, whose config is for mistakes; the id of a user's lease. */
export async function mountForBadInput(server: RealServer, world: CognitoWorld): Promise<string> {
  await server.registerPlugin({ name: "cognito", file: executable, command: "cognito" });
  await server.enable("odd-cognito", "cognito");
  await mountCognito(server, world);
  // Hosts that do not exist are asked once, not until the time is over.
  await write(server, "cognito/config", { max_retries: 0, request_timeout: 2 });
  return (await read(server, "cognito/creds/app")).lease_id;
}
