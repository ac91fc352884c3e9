import { type RealServer, startServer } from "../servers/real-server.ts";
import { type CognitoWorld, cognitoWorld, mountEngine } from "../stories/cognito-world.ts";
import { chosenServer } from "./chosen-server.ts";

/**
 * Tries something on the server that the script's first argument names, with the engine mounted at `cognito` and an AWS of its
 * own behind it, and cleans up. `run` tells whether all came as promised; the script's exit code says so.
 */
export async function tryOnMountedServer(
  run: (server: RealServer, world: CognitoWorld) => Promise<boolean>,
): Promise<void> {
  const world = await cognitoWorld();
  try {
    const server = await startServer(chosenServer());
    try {
      await mountEngine(server, world);
      process.exitCode = (await run(server, world)) ? 0 : 1;
    } finally {
      await server.stop();
    }
  } finally {
    await world.emulator.close();
  }
}
