import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import type { Fetch } from "./fetch.ts";

/**
 * Sends the SDK's requests through `fetch`, which honours the proxy and CA settings that operators know from Go.
 * `limit` makes the signal that ends one request, for clients whose callers give none.
 */
export function fetchHandler(fetch: Fetch, limit?: () => AbortSignal): FetchHttpHandler {
  return new FetchHttpHandler({
    customFetch: fetch as typeof globalThis.fetch,
    keepAlive: true,
    // A followed redirect would carry the signed request to another host.
    requestInit: () => ({ redirect: "manual", ...(limit === undefined ? {} : { signal: limit() }) }),
  });
}
