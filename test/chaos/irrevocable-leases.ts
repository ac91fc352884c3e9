import type { RealServer } from "../servers/real-server.ts";

/** How many leases the server has given up revoking. */
export async function irrevocableLeases(server: RealServer): Promise<number> {
  const path = "sys/leases/count?type=irrevocable";
  const { body } = await server.http<{ data: { lease_count: number } }>("GET", path);
  return body.data.lease_count;
}

/** Makes leases irrevocable as ten minutes of failing revocations do, by changing what is stored of them. */
export async function giveUpLeases(server: RealServer, leaseIds: readonly string[]): Promise<void> {
  for (const id of leaseIds) {
    const key = `sys/raw/sys/expire/id/${id}`;
    const { body } = await server.http<{ data: { value: string } }>("GET", key);
    const value = JSON.stringify({ ...JSON.parse(body.data.value), revokeErr: "AWS could not be reached" });
    await server.http("PUT", key, { value });
  }
  await server.seal();
  await server.unseal();
}
