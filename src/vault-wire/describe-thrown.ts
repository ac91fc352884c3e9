import {
  InternalError,
  LoggedError,
  ReadOnlyError,
  UnsupportedOperationError,
  UnsupportedPathError,
  UserError,
} from "../framework/errors.ts";
import { HostCallError } from "./host-client.ts";
import { UnencodableError } from "./json-text.ts";

const mostCauses = 8;
const longestMessage = 500;

/**
 * Whatever was thrown, with its causes, as one line for the operator's log: names, codes, messages, no stack.
 * It must not carry secrets, wherever the error came from; see `foreignMessage`.
 */
export function describeThrown(thrown: unknown): string {
  try {
    return causesOf(thrown).map(describeOne).join("; caused by ");
  } catch {
    return "an error that cannot be described";
  }
}

/** The thrown value and what caused it, outermost first; what an AggregateError collects counts as its causes. */
export function causesOf(thrown: unknown): readonly unknown[] {
  const found = new Set([thrown]);
  for (const error of found) {
    if (found.size >= mostCauses) break;
    if (!(error instanceof Error)) continue;
    if (error instanceof AggregateError) for (const one of error.errors) found.add(one);
    if (error.cause !== undefined) found.add(error.cause);
  }
  return [...found].slice(0, mostCauses);
}

function describeOne(error: unknown): string {
  // Not the value: a thrown string or object may be a response body or a credential.
  if (!(error instanceof Error)) return `a thrown ${error === null ? "null" : typeof error}`;
  const message = isOurs(error) ? error.message.replaceAll(/\s+/g, " ") : foreignMessage(error);
  const code = codeOf(error);
  const name = error.name.slice(0, 64);
  return `${name}${code === "" ? "" : ` (${code})`}${message === "" ? "" : `: ${message.slice(0, longestMessage)}`}`;
}

/** Errors whose sentences this repository wrote, knowing that they would be read. */
function isOurs(error: Error): boolean {
  return [
    UserError,
    InternalError,
    LoggedError,
    ReadOnlyError,
    UnsupportedPathError,
    UnsupportedOperationError,
    HostCallError,
    UnencodableError,
  ].some((kind) => error instanceof kind);
}

/**
 * A foreign message up to where it may begin to quote a value. A header that is refused is quoted with its
 * Authorization, a JSON parser quotes the text it stumbles on, and AWS's signature mismatch lists the signed request
 * with its session token from the second line on.
 */
function foreignMessage(error: Error): string {
  if (error instanceof SyntaxError) return "";
  return error.message.split(/["`\r\n]|(?<!\w)'/, 1)[0]?.trim() ?? "";
}

function codeOf(error: Error): string {
  const code: unknown = "code" in error ? error.code : undefined;
  const text = typeof code === "string" || typeof code === "number" ? String(code) : "";
  return /^[\w.-]{1,64}$/.test(text) ? text : "";
}
