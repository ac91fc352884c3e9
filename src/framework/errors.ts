/**
 * The caller's mistake: answered with status 400 and exactly this message, so it names the field and the cure.
 * After a write that brought fields which the path does not have, these are named behind it. It is never logged.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * A failure on our side, or beyond us, that the caller may read about: answered with status 500 and exactly this
 * message; logged once, with its cause. Any other thrown value is answered with a general sentence instead.
 */
export class InternalError extends Error {
  override readonly name: string = "InternalError";
}

/**
 * A failure whose sentence is for the operator alone, such as a stored value that cannot be read: logged as it stands, so it
 * holds no secret, and answered with a general sentence. Of an Error of any other class the log has the text only up to the
 * first quotation mark, behind which libraries quote values.
 */
export class LoggedError extends Error {
  override readonly name = "LoggedError";
}

/** The service behind the engine throttles us: answered with status 502 and exactly this message. */
export class RateLimitedError extends InternalError {
  override readonly name = "RateLimitedError";
}

/** This node may not write. Hosts that can forward the request to the active node do so. */
export class ReadOnlyError extends Error {
  override readonly name = "ReadOnlyError";
  constructor() {
    // logical/error.go ErrReadOnly: hosts compare this text.
    super("cannot write to readonly storage");
  }
}

/** No path of the backend matches: status 404. */
export class UnsupportedPathError extends Error {
  override readonly name = "UnsupportedPathError";
  constructor() {
    super("unsupported path");
  }
}

/** The path exists but does not have this operation: status 405. */
export class UnsupportedOperationError extends Error {
  override readonly name = "UnsupportedOperationError";
  constructor() {
    super("unsupported operation");
  }
}
