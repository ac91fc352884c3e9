import { UserError } from "../framework/index.ts";
import { isLoopback } from "./loopback.ts";

/** The shape of AWS region names, of every partition. */
const region = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/** Empty is fine: another place names the region then. */
export function checkRegion(name: string, value: string): void {
  if (value !== "" && !region.test(value)) {
    throw new UserError(`${name} must be the name of an AWS region, such as "eu-west-1"`);
  }
}

export function looksLikeRegion(value: string): boolean {
  return region.test(value);
}

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
