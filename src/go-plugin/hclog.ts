export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Values that may stand beside a log message. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where messages for the operator go. The host prints them in its own log and filters by its own level. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: LogFields): void;
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  with(fields: LogFields): Logger;
}

export interface HclogOptions {
  /** The `@module` of every line: who is speaking. */
  readonly module: string;
  /** Milliseconds since the epoch; a fraction becomes microseconds. */
  readonly now: () => number;
  /** Takes one line at a time, with its newline. */
  readonly write: (line: string) => void;
}

/** The host reads lines of up to 64 KiB (go-plugin client.go: logStderr) and logs the pieces of a longer one. */
const longestLine = 60 * 1024;

/** Tried in turn until a line fits: how many characters its message and each of its values may have. */
const lengthLimits = [Number.POSITIVE_INFINITY, 8_000, 500];

/**
 * Messages as JSON lines that a go-plugin host takes apart (go-plugin log_entry.go: parseJSON). The host crashes on a
 * line whose `@message`, `@level` or `@timestamp` is not a string, so fields never replace these.
 */
export function hclog(options: HclogOptions, fields: LogFields = {}): Logger {
  const log = (level: LogLevel, message: string, own: LogFields = {}): void => {
    const fixed = { "@level": level, "@module": options.module, "@timestamp": timestamp(options.now()) };
    options.write(`${boundedLine(fixed, message, { ...fields, ...own })}\n`);
  };
  return {
    log,
    trace: (message, own) => log("trace", message, own),
    debug: (message, own) => log("debug", message, own),
    info: (message, own) => log("info", message, own),
    warn: (message, own) => log("warn", message, own),
    error: (message, own) => log("error", message, own),
    with: (own) => hclog(options, { ...fields, ...own }),
  };
}

function boundedLine(fixed: LogFields, message: string, fields: LogFields): string {
  for (const limit of lengthLimits) {
    const values = Object.entries(fields).map(([key, value]) => [key, safeValue(value, limit)]);
    const line = JSON.stringify({ ...Object.fromEntries(values), "@message": shortened(message, limit), ...fixed });
    if (Buffer.byteLength(line) < longestLine) {
      return line;
    }
  }
  return JSON.stringify({ "@message": shortened(message, 500), ...fixed, fields_dropped: Object.keys(fields).length });
}

/** Callers are typed, but what they log may come from untyped code: nothing here can throw or turn into an object. */
function safeValue(value: unknown, limit: number): string | number | boolean | undefined {
  switch (typeof value) {
    case "boolean":
    case "undefined":
      return value;
    case "string":
      return shortened(value, limit);
    case "number":
      return Number.isFinite(value) ? value : `${value}`;
    default:
      return `(${typeof value})`;
  }
}

function shortened(text: unknown, limit: number): string {
  if (typeof text !== "string") {
    return `(${typeof text})`;
  }
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`;
}

/** The host takes a line for JSON only with exactly six fractional digits. */
function timestamp(milliseconds: number): string {
  const microseconds = Math.floor((milliseconds * 1000) % 1000);
  return new Date(milliseconds).toISOString().replace("Z", `${String(microseconds).padStart(3, "0")}Z`);
}
