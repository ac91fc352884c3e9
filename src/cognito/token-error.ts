import { isJsonObject, type Json, UserError } from "../framework/index.ts";

const longestDescription = 200;
/** Of a description, before it is cleaned. */
const longestLook = 4096;
/** Characters in a row that make a coincidence with a secret unlikely. */
const tellingLength = 8;

/** What to look at, by the endpoint's code. */
const cures: ReadonlyMap<string, string> = new Map([
  ["invalid_client", "check app_client_id, app_client_secret and auth_style of the role"],
  ["invalid_scope", "check scopes: the app client must be allowed each of them"],
  ["unauthorized_client", "allow the client credentials grant to the app client"],
]);

/**
 * The error for a token endpoint that says no (RFC 6749 §5.2): its code and its description, cleaned, and the cure. A server that
 * echoes what it was sent must not bring a secret into an error text, so what holds a part of one of `secrets` goes.
 */
export function refusedTokenRequest(status: number, body: Json, secrets: readonly string[]): UserError {
  const { error, error_description } = isJsonObject(body) ? body : {};
  const parts = secrets.flatMap(tellingParts);
  const isSafe = (text: string) => {
    const letters = lettersOf(text);
    return !parts.some((part) => letters.includes(part));
  };
  const code = typeof error === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(error) && isSafe(error) ? error : undefined;
  const told = typeof error_description === "string" ? error_description.slice(0, longestLook) : "";
  const description = isSafe(told) ? cleaned(told) : "";
  // Without a code it is hardly a token endpoint that answers.
  const cure = code === undefined ? "check cognito_pool_domain of the role" : cures.get(code);
  const said = `${code ?? `HTTP ${status}`}${description === "" ? "" : ` (${description})`}`;
  return new UserError(`token request failed: ${said}${cure === undefined ? "" : `; ${cure}`}`);
}

/** One short line: no control, format or line-separating characters, which could forge lines of a log or a terminal. */
function cleaned(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return [...line].slice(0, longestDescription).join("");
}

/** Every run of `tellingLength` characters; of a shorter secret the whole. */
function tellingParts(secret: string): readonly string[] {
  const letters = lettersOf(secret);
  if (letters === "") return [];
  const count = Math.max(1, letters.length - tellingLength + 1);
  return Array.from({ length: count }, (_, start) => letters.slice(start, start + tellingLength));
}

/** What survives any change of case and of the characters between. */
function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
