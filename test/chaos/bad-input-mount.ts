import type { RealServer } from "../servers/real-server.ts";
import { read, write } from "../stories/cognito-world.ts";

/** Makes `cognito` impatient and mounts `odd-cognito` beside it, whose config is for mistakes; the id of a user's lease. */
export async function prepareForBadInput(server: RealServer): Promise<string> {
  await server.enable("odd-cognito", "cognito");
  // Hosts that do not exist are asked once, not until the time is over.
  await write(server, "cognito/config", { max_retries: 0, request_timeout: 2 });
  return (await read(server, "cognito/creds/app")).lease_id;
}
