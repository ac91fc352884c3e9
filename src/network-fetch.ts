import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import type { Fetch } from "./cognito/fetch.ts";
import { isLoopback } from "./cognito/loopback.ts";

/** What only Bun's fetch takes. */
interface BunOptions {
  /** PEM: all that is trusted, in the place of the runtime's own. */
  tls?: { readonly ca: string };
  /** False: the proxies of the environment do not count. */
  proxy?: false;
}

/** Only a file that holds certificates can be meant. */
class CaBundleError extends Error {
  override readonly name = "CaBundleError";
  readonly code = "ERR_TLS_AWS_CA_BUNDLE";
}

/**
 * fetch for networks with proxies and authorities of their own. Bun's honours HTTPS_PROXY, HTTP_PROXY, NO_PROXY,
 * SSL_CERT_FILE, SSL_CERT_DIR, NODE_EXTRA_CA_CERTS and the system's store. What operators expect from Go and from AWS's
 * tools beyond that is added here, when the environment calls for it:
 *
 * - AWS_CA_BUNDLE: its authorities are trusted, too. While it cannot be read, requests reject with code ERR_TLS_AWS_CA_BUNDLE.
 * - A loopback host is never asked for through a proxy (net/http ProxyFromEnvironment): plain http, which is allowed to
 *   such hosts only, would carry secrets over the network.
 */
export function networkFetch(fetch: Fetch, environment: Readonly<Record<string, string | undefined>>): Fetch {
  const bundle = environment["AWS_CA_BUNDLE"];
  const hasProxy = proxyVariables.some((name) => environment[name] || environment[name.toLowerCase()]);
  if (!bundle && !hasProxy) return fetch;

  let trusted: string | undefined;
  return async (input, init) => {
    const options: RequestInit & BunOptions = { ...init };
    if (hasProxy && isLoopback(hostOf(input))) options.proxy = false;
    if (bundle) {
      trusted ??= withAuthoritiesOf(bundle);
      options.tls = { ca: trusted };
    }
    return fetch(input, options);
  };
}

const proxyVariables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

function hostOf(input: Request | URL | string): string {
  return new URL(input instanceof Request ? input.url : input).hostname;
}

function withAuthoritiesOf(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new CaBundleError("AWS_CA_BUNDLE names a file that cannot be read", { cause });
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new CaBundleError("AWS_CA_BUNDLE names a file without a certificate");
  }
  return [text, ...getCACertificates("default"), ...getCACertificates("system")].join("\n");
}
