import { format } from "node:util";
import type { Logger, LogLevel } from "./hclog.ts";

const consoleLevels = {
  trace: "trace",
  debug: "debug",
  log: "debug",
  dir: "debug",
  info: "info",
  warn: "warn",
  error: "error",
} as const satisfies Record<string, LogLevel>;

export interface Outputs {
  readonly console: Pick<Console, keyof typeof consoleLevels>;
  readonly stdout: Pick<NodeJS.WriteStream, "write">;
  readonly stderr: Pick<NodeJS.WriteStream, "write">;
}

/**
 * Sends what any code prints to the log. After the handshake the host reads stdout in lines of a bounded length and
 * stops at a longer one, and a line of JSON on stderr that is not ours can crash it (go-plugin client.go: Start; log_entry.go).
 */
export function guardOutput(outputs: Outputs, logger: Logger): void {
  for (const [method, level] of Object.entries(consoleLevels)) {
    Object.assign(outputs.console, { [method]: (...values: unknown[]) => logger.log(level, format(...values)) });
  }
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    logger.debug(Buffer.from(chunk).toString().trimEnd());
    const done = rest.at(-1);
    if (typeof done === "function") {
      process.nextTick(done);
    }
    return true;
  };
  Object.assign(outputs.stdout, { write });
  Object.assign(outputs.stderr, { write });
}
