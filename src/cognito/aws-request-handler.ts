import { buildQueryString, type HttpHandler, type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import type { Fetch } from "./fetch.ts";
import { readBody } from "./read-body.ts";

/** Bytes. The longest answer that is meant, a session of STS, has some 2,000. */
const largestAnswer = 1_000_000;

/**
 * Sends the SDK's requests for credentials through `fetch`, which honours the proxy and CA settings that operators know from Go.
 * `limit` makes the signal that ends one request.
 */
export function requestHandler(fetch: Fetch, limit: () => AbortSignal): HttpHandler {
  return {
    async handle(request) {
      const { method, headers, body } = request;
      const response = await fetch(urlOf(request), {
        method,
        headers,
        ...(method === "GET" || method === "HEAD" ? {} : { body }),
        // A followed redirect would carry the signed request to another host.
        redirect: "manual",
        signal: limit(),
      });
      const answer = {
        statusCode: response.status,
        reason: response.statusText,
        headers: Object.fromEntries(response.headers),
        body: await readBody(response, largestAnswer),
      };
      return { response: new HttpResponse(answer) };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function urlOf({ protocol, hostname, port, path, query }: HttpRequest): string {
  const search = buildQueryString(query);
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}${search === "" ? "" : `?${search}`}`;
}
