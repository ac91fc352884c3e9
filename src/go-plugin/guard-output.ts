import { format } from "node:util";
import type { Logger, LogLevel } from "./hclog.ts";

/** One is not for printing; the other prints nothing but plain text on stderr, and only when something is false. */
const left: ReadonlySet<string> = new Set(["Console", "assert"]);

const levels: Readonly<Record<string, LogLevel>> = { trace: "trace", info: "info", warn: "warn", error: "error" };

export interface Outputs {
  readonly console: Partial<Console>;
  readonly stdout: Pick<NodeJS.WriteStream, "write">;
  readonly stderr: Pick<NodeJS.WriteStream, "write">;
}

/**
 * Sends what any code prints to the log. After the handshake the host reads stdout in lines of a bounded length and
 * stops at a longer one, and a line of JSON on stderr that is not ours can crash it (go-plugin client.go: Start; log_entry.go).
 */
export function guardOutput(outputs: Outputs, logger: Logger): void {
  for (const [name, printer] of Object.entries(outputs.console)) {
    if (typeof printer === "function" && !left.has(name)) {
      const level = levels[name] ?? "debug";
      Object.assign(outputs.console, { [name]: (...values: unknown[]) => logger.log(level, format(...values)) });
    }
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
