import type { HttpAnswer } from "../servers/http.ts";
import type { RealServer } from "../servers/real-server.ts";
import type { Credentials } from "../stories/cognito-world.ts";

type LeaseAnswer = HttpAnswer<(Partial<Credentials> & { readonly errors?: readonly string[] }) | undefined>;

export function renew(server: RealServer, { lease_id }: Pick<Credentials, "lease_id">): Promise<LeaseAnswer> {
  return server.http("PUT", "sys/leases/renew", { lease_id });
}

/** Revokes, and waits for the outcome. */
export function revoke(server: RealServer, { lease_id }: Pick<Credentials, "lease_id">): Promise<LeaseAnswer> {
  return server.http("PUT", "sys/leases/revoke", { lease_id, sync: true });
}

/** How many leases the server has given up. */
export async function irrevocableLeases(server: RealServer): Promise<number> {
  const { body } = await server.http<{ data: { lease_count: number } }>("GET", "sys/leases/count?type=irrevocable");
  return body.data.lease_count;
}
