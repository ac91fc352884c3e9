import { isJsonObject, type Json, UserError } from "../framework/index.ts";

const longestDescription = 200;

/**
 * The error for a token endpoint that says no (RFC 6749 §5.2): its code and its description, cleaned. Servers that echo
 * what they were sent must not bring the client secret into an error text, so a part that holds one of `secrets` goes.
 */
export function refusedTokenRequest(status: number, body: Json, secrets: readonly string[]): UserError {
  const { error, error_description } = isJsonObject(body) ? body : {};
  const isSafe = (text: string) => !secrets.some((secret) => secret !== "" && text.includes(secret));
  const code =
    typeof error === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(error) && isSafe(error) ? error : `HTTP ${status}`;
  const description =
    typeof error_description === "string" && isSafe(error_description) ? cleaned(error_description) : "";
  return new UserError(
    `token request failed: ${code}${description === "" || !isSafe(description) ? "" : ` (${description})`}`,
  );
}

/** One short line: no control, format or line-separating characters, which could forge lines of a log or a terminal. */
function cleaned(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return [...line].slice(0, longestDescription).join("");
}
