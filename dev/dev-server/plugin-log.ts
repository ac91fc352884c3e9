/** Reads a plugin's stderr as hosts do (go-plugin client.go: logStderr, log_entry.go: parseJSON). */
import { isLogLevel, type Log, type LogLevel } from "./log.ts";

/** Go's layout wants exactly six digits; a line with another timestamp is not a log line. */
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

export interface PluginLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** @throws TypeError for a line that would crash a real host. */
export function readPluginLine(line: string): PluginLine {
  const entry = parseObject(line);
  if (entry === undefined) return { level: plainLevel(line), message: line, fields: {} };
  const { "@message": message, "@level": level, "@timestamp": time, "@module": module, ...fields } = entry;
  for (const [name, value] of Object.entries({ "@message": message, "@level": level, "@timestamp": time })) {
    if (value !== undefined && typeof value !== "string") {
      throw new TypeError(`a JSON line of the plugin's stderr has a ${name} that is not text: Vault would crash on it`);
    }
  }
  const known = typeof level === "string" ? level.toLowerCase() : "";
  if (typeof time === "string" && !timestamp.test(time)) return { level: "debug", message: line, fields: {} };
  if (!isLogLevel(known)) return { level: "debug", message: line, fields: {} };
  return { level: known, message: String(message ?? ""), fields };
}

/** Hands the plugin's line to the host's log. */
export function logPluginLine(log: Log, line: string): void {
  if (line.trim() === "") return;
  try {
    const { level, message, fields } = readPluginLine(line);
    log(level, message, fields);
  } catch (error) {
    log("error", error instanceof Error ? error.message : String(error));
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function plainLevel(line: string): LogLevel {
  const [, level = ""] = /^\[(TRACE|DEBUG|INFO|WARN|ERROR)\]/.exec(line) ?? [];
  const known = level.toLowerCase();
  return isLogLevel(known) ? known : "debug";
}
