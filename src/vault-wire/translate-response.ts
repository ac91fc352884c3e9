import type { IssuedSecret, Response } from "../framework/response.ts";
import { secondsToNanoseconds } from "./durations.ts";
import type { Secret, Response as WireResponse } from "./gen/backend.ts";
import type { Timestamp } from "./gen/google/protobuf/timestamp.ts";
import { encodeJsonObject, UnencodableError } from "./json-text.ts";

/**
 * A backend's answer as hosts read it. `data` and `internal_data` are always JSON, since hosts parse them even where
 * they mean nothing (sdk/plugin/pb/translation.go ProtoResponseToLogicalResponse).
 * @param now milliseconds since the Unix epoch: hosts refuse a lease without a time of issue, then put their own.
 * @throws UnencodableError or RangeError for what does not fit the wire.
 */
export function translateResponse(response: Response, now: number): WireResponse {
  if (typeof response !== "object" || response === null) throw new UnencodableError("the response is not an object");
  const { data, secret, warnings } = response;
  return {
    ...emptyResponse,
    // As Go writes data that was never set: clients of a renewal are told null.
    data: data === undefined ? "null" : encodeJsonObject(data, "data"),
    secret: secret === undefined ? undefined : translateSecret(secret, now),
    warnings: warnings === undefined ? [] : translateWarnings(warnings),
  };
}

/** What hosts take for an error of the caller: nothing in the data but this key (logical/response.go IsError). */
export function errorResponse(sentence: string): WireResponse {
  return { ...emptyResponse, data: JSON.stringify({ error: sentence }) };
}

const emptyResponse: WireResponse = {
  data: "{}",
  secret: undefined,
  auth: undefined,
  redirect: "",
  warnings: [],
  wrap_info: undefined,
  headers: {},
  mount_type: "",
};

function translateSecret({ internal, lease }: IssuedSecret, now: number): Secret {
  return {
    internal_data: encodeJsonObject(internal, "secret.internal"),
    lease_id: "",
    lease_options: {
      TTL: secondsToNanoseconds(lease.ttl),
      MaxTTL: secondsToNanoseconds(lease.maxTtl),
      renewable: lease.renewable,
      increment: 0n,
      issue_time: timestamp(now),
    },
  };
}

function timestamp(milliseconds: number): Timestamp {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: BigInt(seconds), nanos: Math.floor(milliseconds - seconds * 1000) * 1_000_000 };
}

function translateWarnings(warnings: readonly string[]): string[] {
  if (!Array.isArray(warnings) || warnings.some((warning) => typeof warning !== "string")) {
    throw new UnencodableError("warnings is not a list of strings");
  }
  return [...warnings];
}
