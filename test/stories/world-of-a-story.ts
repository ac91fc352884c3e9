import { afterAll, beforeAll } from "bun:test";
import type { RealServer } from "../servers/real-server.ts";
import { type CognitoWorld, cognitoWorld, mountEngine } from "./cognito-world.ts";

/** The world all tests of a story share: made before the first, closed after the last. Only tests and hooks may ask for it. */
export function worldOfAStory(): () => CognitoWorld {
  let world: CognitoWorld | undefined;
  beforeAll(async () => {
    world = await cognitoWorld();
  });
  afterAll(() => world?.emulator.close());
  return () => {
    if (world === undefined) throw new Error("the world exists only while the tests run");
    return world;
  };
}

/** The same for a story that begins with the engine mounted at `cognito`, ready to issue. */
export function worldMountedOn(shared: () => RealServer): () => CognitoWorld {
  const world = worldOfAStory();
  beforeAll(() => mountEngine(shared(), world()));
  return world;
}
