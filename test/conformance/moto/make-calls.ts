import type { Brought, Call, Given } from "./call.ts";
import { calls } from "./calls.ts";
import type { Peer } from "./peer.ts";

/** What came of each call: the fields of the answer, or the name of the error. Accidents of the peer are left out. */
export async function makeCalls(peer: Peer, given: Given): Promise<Record<string, unknown>> {
  const brought: Brought = {
    pool: "",
    otherPool: "",
    client: "",
    secretClient: "",
    secret: "",
    session: "",
    accessToken: "",
    refreshToken: "",
  };
  const results: Record<string, unknown> = {};
  for (const each of calls) results[each.name] = await resultOf(each, peer, brought, given);
  return results;
}

async function resultOf(call: Call, peer: Peer, brought: Brought, given: Given): Promise<unknown> {
  try {
    const answer = await call.make(peer, brought, given);
    return withoutAccident(answer, brought);
  } catch (error) {
    return `refused: ${(error as Error).name}`;
  }
}

/** Fields whose text each peer makes up. */
const madeUp = new Set([
  "AccessKeyId",
  "AccessToken",
  "Arn",
  "AssumedRoleId",
  "Expiration",
  "IdToken",
  "RefreshToken",
  "RequestId",
  "SecretAccessKey",
  "Session",
  "SessionToken",
  "UserId",
]);

/** The answer in which what is a matter of accident is told by its kind only; attributes by their names. */
function withoutAccident(value: unknown, brought: Brought): unknown {
  if (value instanceof Date) return "a date";
  if (typeof value === "string") return named(value, brought);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const byName = value.length > 0 && value.every((each) => typeof each?.Name === "string");
    return byName
      ? Object.fromEntries(
          value.map(({ Name, ...each }) => [Name, Name === "sub" ? "an id" : withoutAccident(each, brought)]),
        )
      : value.map((each) => withoutAccident(each, brought));
  }
  const fields = Object.entries(value).filter(([name, inner]) => name !== "$metadata" && inner !== undefined);
  return Object.fromEntries(
    fields.map(([name, inner]) => [
      name,
      madeUp.has(name) && typeof inner === "string" && inner.length > 10 ? "made up" : withoutAccident(inner, brought),
    ]),
  );
}

/** Ids by what they are of. */
function named(text: string, brought: Brought): string {
  const name = Object.entries(brought).find(([, value]) => value !== "" && value === text)?.[0];
  return name === undefined ? text : `the ${name}`;
}
