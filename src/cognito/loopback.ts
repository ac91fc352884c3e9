/**
 * Whether a host, as URL parsers write it, is this very machine: the only kind that is asked over plain http, and so never through a
 * proxy either.
 */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
