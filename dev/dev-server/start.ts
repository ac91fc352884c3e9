import { systemClock } from "./clock.ts";
import { DevServer } from "./dev-server.ts";
import type { Log } from "./log.ts";

export interface StartOptions {
  /** On 127.0.0.1; 0: any free one. */
  readonly port: number;
  readonly rootToken: string;
  /** Where plugins lie; undefined: none can be registered. */
  readonly pluginDirectory: string | undefined;
  readonly log: Log;
  /** What plugins inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How long a plugin may take to its first line: Go's hosts wait a minute, but here a person waits in front of the screen. */
const pluginStartTimeout = 15_000;

/**
 * Starts a dev server on the loopback, with the system's clock.
 * @throws Error with a sentence about the port when that is taken
 */
export async function startDevServer(options: StartOptions): Promise<DevServer> {
  try {
    return await DevServer.start({ ...options, clock: systemClock, host: "127.0.0.1", pluginStartTimeout });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new Error(
      `Port ${options.port} of 127.0.0.1 is taken, perhaps by a Vault or a dev server that already runs. Stop that first, or take another port.`,
      { cause: error },
    );
  }
}
