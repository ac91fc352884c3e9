import type { LogFields, Logger, LogLevel } from "../logger.ts";

export interface LoggedLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps what was logged, for tests to read. */
export class RecordingLogger implements Logger {
  readonly lines: LoggedLine[];
  readonly #fields: LogFields;

  constructor(lines: LoggedLine[] = [], fields: LogFields = {}) {
    this.lines = lines;
    this.#fields = fields;
  }

  log(level: LogLevel, message: string, fields?: LogFields): void {
    this.lines.push({ level, message, fields: { ...this.#fields, ...fields } });
  }

  trace = (message: string, fields?: LogFields): void => this.log("trace", message, fields);
  debug = (message: string, fields?: LogFields): void => this.log("debug", message, fields);
  info = (message: string, fields?: LogFields): void => this.log("info", message, fields);
  warn = (message: string, fields?: LogFields): void => this.log("warn", message, fields);
  error = (message: string, fields?: LogFields): void => this.log("error", message, fields);
  with = (fields: LogFields): Logger => new RecordingLogger(this.lines, { ...this.#fields, ...fields });

  /** Everything that was logged, as one text to search. */
  text(): string {
    return this.lines.map((line) => JSON.stringify(line)).join("\n");
  }
}
