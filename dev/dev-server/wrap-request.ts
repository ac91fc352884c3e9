import { ApiError } from "./api-error.ts";
import { parseSeconds } from "./go-duration.ts";
import { type HttpRequest, headerOf } from "./http-message.ts";

/** How long the client wants its answer kept behind a token, in seconds; undefined when it wants the answer itself. @throws ApiError */
export function wrapTtlOf(request: HttpRequest): number | undefined {
  const text = headerOf(request, "x-vault-wrap-ttl");
  if (text === undefined) return undefined;
  const seconds = parseSeconds(text);
  if (seconds === undefined) {
    throw new ApiError(400, `error parsing X-Vault-Wrap-TTL header: "${text}" is not a duration such as 60 or "5m"`);
  }
  if (seconds < 0)
    throw new ApiError(400, "error parsing X-Vault-Wrap-TTL header: requested wrap ttl cannot be negative");
  return seconds === 0 ? undefined : seconds;
}
