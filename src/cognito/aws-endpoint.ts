import { UserError } from "../framework/index.ts";
import { isLoopback } from "./loopback.ts";

/** An endpoint is https, or http to this very machine, and nothing but scheme, host and port. */
export function checkEndpoint(name: string, value: string): void {
  if (value === "") return;
  const url = URL.parse(value);
  const isPlain =
    url !== null &&
    url.username === "" &&
    url.password === "" &&
    /^\/?$/.test(url.pathname) &&
    url.search === "" &&
    url.hash === "";
  if (!isPlain || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)))) {
    throw new UserError(
      `${name} must be an https URL without a path, such as "https://cognito-idp.eu-west-1.amazonaws.com" (http only to a loopback address)`,
    );
  }
}
