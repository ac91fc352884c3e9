/**
 * - unavailable: the time was over, or the connection or the answer was cut short
 * - unreachable: no connection came about, so nothing was sent
 * - untrusted: the certificate was not accepted, so nothing was sent
 * - unexpected: no network error at all
 */
export interface NetworkFailure {
  readonly kind: "unavailable" | "unreachable" | "untrusted" | "unexpected";
  /** The system's code, "ECONNRESET", or what stands in for one. */
  readonly code: string;
}

/** What a rejected fetch means, told by its class and code, never by its text. */
export function networkFailure(thrown: unknown): NetworkFailure {
  const error = isRecord(thrown) ? thrown : {};
  // Bun puts the system's code on the error itself, Node on its cause.
  const cause = isRecord(error["cause"]) ? error["cause"] : {};
  const code = word(error["code"]) ?? word(cause["code"]);
  if (error["name"] === "AbortError" || error["name"] === "TimeoutError")
    return { kind: "unavailable", code: "Timeout" };
  if (code === undefined) return { kind: "unexpected", code: word(error["name"]) ?? "UnknownError" };
  if (unreachable.has(code)) return { kind: "unreachable", code };
  return { kind: /CERT|VERIFY|^ERR_TLS/.test(code) ? "untrusted" : "unavailable", code };
}

const unreachable = new Set([
  "ECONNREFUSED",
  "ConnectionRefused",
  "FailedToOpenSocket",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

export type Thrown = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Thrown {
  return typeof value === "object" && value !== null;
}

/** Only a plain word passes as a class or a code: whoever sent it chose the text. */
export function word(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z][A-Za-z0-9_]{0,79}$/.test(value) ? value : undefined;
}
