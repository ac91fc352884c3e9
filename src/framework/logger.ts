export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Values that may stand beside a log message. Never a secret: keys, passwords, tokens and sessions stay out. */
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
