import { expect } from "bun:test";
import type { Fault } from "./fault.ts";

/** Faults 3 and 4. In process: src/cognito/secret-user.test.ts. */
export const faultsOfLeases: readonly Fault[] = [
  {
    title: "3: the revoke of a lease whose role was deleted kills the plugin, and the user stays",
    async goPlugin(bench) {
      const user = await bench.issueUser();
      await bench.delete("roles/app");
      await bench.kills(async () => expect(await bench.revoke(user)).toMatchObject({ status: 400 }));
      expect(bench.usernames).toHaveLength(1);
    },
    async ours(bench) {
      const user = await bench.issueUser();
      await bench.delete("roles/app");
      expect(await bench.revoke(user)).toMatchObject({ status: 204 });
      expect(bench.usernames).toEqual([]);
    },
  },
  {
    title: "3: the renewal of a lease whose role was deleted succeeds and extends nothing",
    async goPlugin(bench) {
      const user = await bench.issueUser();
      await bench.delete("roles/app");
      expect(await bench.renew(user)).toMatchObject({ status: 204 });
    },
    async ours(bench) {
      const user = await bench.issueUser();
      await bench.delete("roles/app");
      const { status, body } = await bench.renew(user);
      expect(status).toBe(400);
      expect(body.errors?.join()).toContain("role 'app' does not exist");
    },
  },
  {
    title: "3: a role that is pointed at another pool orphans its users",
    async goPlugin(bench) {
      const user = await bench.issueUser();
      await bench.write("roles/app", { user_pool_id: bench.world.createPool().pool.id });
      expect(await bench.revoke(user)).toMatchObject({ status: 400 });
      expect(bench.usernames).toHaveLength(1);
    },
    async ours(bench) {
      const user = await bench.issueUser();
      const elsewhere = { user_pool_id: bench.world.createPool().pool.id };
      expect(await bench.write("roles/app", elsewhere)).toMatchObject({ status: 204 });
      expect(await bench.revoke(user)).toMatchObject({ status: 204 });
      expect(bench.usernames).toEqual([]);
    },
  },
  {
    title: "3: a role that becomes a grant makes revokes succeed while the users stay",
    async goPlugin(bench) {
      const user = await bench.issueUser();
      await bench.write("roles/app", bench.place.machineRole);
      expect(await bench.revoke(user)).toMatchObject({ status: 204 });
      expect(bench.usernames).toHaveLength(1);
    },
    async ours(bench) {
      const user = await bench.issueUser();
      expect(await bench.write("roles/app", bench.place.machineRole)).toMatchObject({ status: 204 });
      expect(await bench.revoke(user)).toMatchObject({ status: 204 });
      expect(bench.usernames).toEqual([]);
    },
  },
  {
    title: "4: a user who is already gone makes the revoke fail for ever",
    async goPlugin(bench) {
      const user = await bench.issueUser();
      bench.pool.deleteUser(bench.pool.require(String(user.body.data?.username)));
      expect(await bench.revoke(user)).toMatchObject({ status: 400 });
      expect(await bench.revoke(user)).toMatchObject({ status: 400 });
    },
    async ours(bench) {
      const user = await bench.issueUser();
      bench.pool.deleteUser(bench.pool.require(String(user.body.data?.username)));
      expect(await bench.revoke(user)).toMatchObject({ status: 204 });
    },
  },
];
