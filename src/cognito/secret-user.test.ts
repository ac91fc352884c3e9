import { expect, test } from "bun:test";
import { InternalError, UserError } from "../framework/index.ts";
import type { Answer } from "../framework/testing/test-mount.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";

/** The same credentials under a lease as the older plugin made them: it names neither region nor pool. */
function asOlderLease(answer: Answer): Answer {
  const lease = answer.lease as NonNullable<Answer["lease"]>;
  const { username, role, secret_type } = lease.internal as Record<string, string>;
  return { ...answer, lease: { ...lease, internal: { username, role, secret_type } as Record<string, string> } };
}

const internalOf = ({ lease }: Answer) => lease?.internal ?? {};

async function issued() {
  const world = await mountedCognito();
  await world.mount.write("roles/app", world.userRole);
  return { world, user: await world.mount.read("creds/app") };
}

test("a user is removed even when its role was deleted first", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.delete("roles/app");
  await world.mount.revoke(user);
  expect(world.userPool.usernames()).toEqual([]);
});

test("an edited role changes nothing for users that were issued before", async () => {
  const { world, user } = await issued();
  await using _ = world;
  world.emulator.createPool({ id: "eu-west-1_Elsewhere" });
  await world.mount.write("roles/app", { user_pool_id: "eu-west-1_Elsewhere" });
  await world.mount.revoke(user);
  expect(world.userPool.usernames()).toEqual([]);
});

test("nor for a lease that is renewed under the edited role: its user stays where it was made", async () => {
  const { world, user } = await issued();
  await using _ = world;
  world.emulator.createPool({ id: "eu-west-1_Elsewhere" });
  await world.mount.write("roles/app", { user_pool_id: "eu-west-1_Elsewhere" });
  await world.mount.revoke(await world.mount.renew(user));
  expect(world.userPool.usernames()).toEqual([]);
});

test("a role that became a grant does not keep its users alive", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.write("roles/app", world.machineRole);
  await world.mount.revoke(user);
  expect(world.userPool.usernames()).toEqual([]);
});

test("a user that is already gone counts as revoked", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.revoke(user);
  await world.mount.revoke(user);
});

test("a missing pool is an error: a changed AWS account looks the same", async () => {
  const { world, user } = await issued();
  await using _ = world;
  world.emulator.deletePool(world.userPool.id);
  await expect(world.mount.revoke(user)).rejects.toThrow(/pool/);
});

test("a renewal takes the role's durations of now", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.write("roles/app", { ttl: "2h", max_ttl: "6h" });
  const renewed = await world.mount.renew(user, { increment: 60 });
  expect(renewed.lease?.lease).toEqual({ ttl: 7200, maxTtl: 21_600, renewable: true });
  expect(renewed.lease?.internal).toEqual(internalOf(user));
  expect(renewed.data).toEqual({});
});

test("a role that became a grant still holds its users to their longest life", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.write("roles/app", world.machineRole);
  expect((await world.mount.renew(user)).lease?.lease).toMatchObject({ ttl: 3600, maxTtl: 86_400 });
});

test("a lease of a deleted role is not renewed", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.delete("roles/app");
  await expect(world.mount.renew(user)).rejects.toThrow(
    new UserError("role 'app' does not exist: leases of a deleted role are not renewed"),
  );
});

test("a lease of the older plugin is revoked through its role", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.revoke(asOlderLease(user));
  expect(world.userPool.usernames()).toEqual([]);
});

test("an older lease whose user is not where its role points now is revoked with a warning", async () => {
  const { world, user } = await issued();
  await using _ = world;
  world.emulator.createPool({ id: "eu-west-1_Elsewhere" });
  await world.mount.write("roles/app", { user_pool_id: "eu-west-1_Elsewhere" });
  await world.mount.revoke(asOlderLease(user));
  expect(world.mount.logger.lines.filter(({ level }) => level === "warn")).toMatchObject([
    { fields: { username: user.data.username, user_pool_id: "eu-west-1_Elsewhere", region: "eu-west-1" } },
  ]);
});

test("a renewal teaches an older lease where its user is", async () => {
  const { world, user } = await issued();
  await using _ = world;
  const renewed = await world.mount.renew(asOlderLease(user));
  expect(renewed.lease?.internal).toEqual(internalOf(user));
  await world.mount.delete("roles/app");
  await world.mount.revoke(renewed);
  expect(world.userPool.usernames()).toEqual([]);
});

test("an older lease whose role is gone is an error that says what to do, and nothing crashes", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.delete("roles/app");
  const revoking = world.mount.revoke(asOlderLease(user));
  await expect(revoking).rejects.toThrow(InternalError);
  await expect(revoking).rejects.toThrow(
    /delete the user by hand and run "vault lease revoke -force -prefix <lease id>"/,
  );
  expect(world.userPool.usernames()).toEqual([user.data.username as string]);
  await world.mount.write("roles/app", world.userRole);
  await world.mount.revoke(asOlderLease(user));
  expect(world.userPool.usernames()).toEqual([]);
});

test("storage that cannot be read fails the revoke; no other AWS identity stands in", async () => {
  const { world, user } = await issued();
  await using _ = world;
  await world.mount.reload();
  world.mount.storage.failure = "storage is out of reach";
  await expect(world.mount.revoke(user)).rejects.toThrow("storage is out of reach");
  world.mount.storage.failure = undefined;
  await world.mount.revoke(user);
  expect(world.userPool.usernames()).toEqual([]);
});
