import type { Logger } from "./hclog.ts";

type GuardedProcess = Pick<NodeJS.Process, "on">;

/**
 * Ctrl-C reaches everything in the host's terminal, and go-plugin ignores it too (server.go: Serve). The others make a
 * host reload or dump its state, and `pkill` by the host's name finds plugins whose name begins with it.
 */
const signalsForTheHost = ["SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

/**
 * What a plugin's process does about signals and about errors nobody caught. One process serves many mounts, and one
 * mount's mistake must not take the others with it, so such errors are logged and the process goes on.
 */
export function guardProcess(
  guarded: GuardedProcess,
  logger: Logger,
  describe: (thrown: unknown) => string,
  end: (why: string) => void,
): void {
  const fields = (thrown: unknown) => ({ error: describe(thrown), stack: framesOf(thrown) });
  for (const signal of signalsForTheHost) {
    guarded.on(signal, () => {});
  }
  guarded.on("SIGTERM", () => end("terminated: ending"));
  guarded.on("uncaughtException", (error) => logger.error("an error was not caught", fields(error)));
  guarded.on("unhandledRejection", (reason) => logger.error("a rejection was not handled", fields(reason)));
}

/** Where it came from; without the message, which stands before the frames. */
function framesOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  return thrown.stack
    ?.split("\n")
    .filter((line) => /^\s+at /.test(line))
    .join("\n");
}
