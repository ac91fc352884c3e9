import { UserError } from "../framework/index.ts";
import { isLoopback } from "./loopback.ts";

const field = "cognito_pool_domain";

/**
 * The token endpoint behind a role's cognito_pool_domain: a host name, as the Go plugin stored it, or an https URL; http
 * only to this machine itself. Throws UserError for anything else: the client secret is sent there.
 */
export function tokenEndpointUrl(domain: string): URL {
  if (domain === "") throw new UserError(`${field} is missing: it names the host that issues the tokens`);
  // URL parsers drop tabs and line ends, and read a backslash as a slash and %41 as A.
  if (/[^!-~]|[\\%]/.test(domain))
    throw new UserError(`${field} must be a host name or an https URL, in plain characters`);

  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(domain)?.[0] ?? "";
  const afterScheme = domain.slice(scheme.length);
  const url = parse(`${scheme || "https://"}${afterScheme}`);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new UserError(`${field} must be an https URL`);
  if (url.username !== "" || url.password !== "" || domain.includes("@")) {
    throw new UserError(
      `${field} must not contain a user name or password; set app_client_id and app_client_secret instead`,
    );
  }
  // As written, not as parsed: parsers drop slashes before the host, and "/." behind it.
  if (/\/./.test(afterScheme) || /[?#]/.test(domain)) {
    throw new UserError(`${field} must be a host only: leave out path, query and fragment (/oauth2/token is added)`);
  }

  const host = url.hostname.replace(/\.$/, "");
  if (!isLoopback(host)) {
    if (url.protocol === "http:")
      throw new UserError(`${field} must use https; http is allowed to a loopback host only`);
    if (!isHostName(host)) throw new UserError(`${field} must name a host, not an IP address`);
    if (url.port !== "") throw new UserError(`${field} must not name a port; Cognito's domains listen on 443`);
  }
  return new URL(`${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}/oauth2/token`);
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new UserError(
      `${field} must be a host name such as "my-domain.auth.eu-west-1.amazoncognito.com", or an https URL`,
    );
  }
}

/** URL parsers write every spelling of an IPv4 address as four numbers, and a real top-level domain is no number. */
function isHostName(host: string): boolean {
  const labels = host.split(".");
  const wellFormed = labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  return host.length <= 253 && wellFormed && !/^\d+$/.test(labels.at(-1) ?? "");
}
