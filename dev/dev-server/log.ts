export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

const levels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];

export function isLogLevel(text: string): text is LogLevel {
  return (levels as readonly string[]).includes(text);
}

export interface TextLogOptions {
  /** Messages below it are dropped. */
  readonly level: LogLevel;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Takes one line at a time, with its newline. */
  readonly write: (line: string) => void;
}

/** A log in lines such as `2026-11-22T13:15:56.350Z [INFO]  plugin started: pid=7`. */
export function textLog({ level: lowest, now, write }: TextLogOptions): Log {
  return (level, message, fields = {}) => {
    if (levels.indexOf(level) < levels.indexOf(lowest)) return;
    const said = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${quoteIfNeeded(value)}`],
    );
    const tail = said.length === 0 ? "" : `: ${said.join(" ")}`;
    write(`${new Date(now()).toISOString()} ${`[${level.toUpperCase()}]`.padEnd(7)} ${oneLine(message)}${tail}\n`);
  };
}

function quoteIfNeeded(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(text);
}

function oneLine(text: string): string {
  return text.trimEnd().replaceAll("\n", "\\n");
}
