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
  /** False: a packed body is given as it came. */
  decompress: false;
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
 *
 * Packed answers are neither asked for nor unpacked. Bun unpacks ahead of the reader, whatever comes of it, in the one thread that
 * serves all connections: 60 kB from one mount's endpoint took 3 GB of memory, and every mount waited for minutes.
 */
export function networkFetch(fetch: Fetch, environment: Readonly<Record<string, string | undefined>>): Fetch {
  const bundle = environment["AWS_CA_BUNDLE"];
  const hasProxy = proxyVariables.some((name) => environment[name] || environment[name.toLowerCase()]);

  let trusted: string | undefined;
  return async (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set("accept-encoding", "identity");
    const options: RequestInit & BunOptions = { ...init, headers, decompress: false };
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
