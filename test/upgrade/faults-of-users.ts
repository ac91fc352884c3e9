import { expect } from "bun:test";
import { eventually } from "../stories/cognito-world.ts";
import { always, type Bench, type Body, type Fault } from "./fault.ts";

/** Cuts the making of a user short by killing the plugin. A server that notices in time repeats the request in a new process. */
async function crashWhileMakingAUser(bench: Bench): Promise<readonly string[]> {
  expect(await bench.write("roles/app", bench.place.userRole)).toMatchObject({ status: 204 });
  const hang = bench.inject({ match: { action: "AdminAddUserToGroup" }, fault: { kind: "hang" } });
  const answer = bench.read("creds/app");
  await hang.met();
  for (const pid of bench.processes()) process.kill(pid, "SIGKILL");
  const { body } = await answer;
  hang.remove();
  const leased = (body as Body).data?.username;
  return bench.usernames.filter((name) => name !== leased);
}

const secretClient = { id: "safe", secret: "a-client-secret-of-the-pool-0123456789", authFlows: ["ADMIN_NO_SRP_AUTH"] };

/** Faults 2, 5, 6 and 7. */
export const faultsOfUsers: readonly Fault[] = [
  {
    // In process: src/cognito/generated-user-failure.test.ts.
    title: "2: a failure after AdminCreateUser leaves a live user for ever",
    async goPlugin(bench) {
      const fault = { kind: "error", type: "AccessDeniedException" } as const;
      bench.inject({ match: { action: "AdminAddUserToGroup" }, fault });
      expect(await bench.issueUser()).toMatchObject({ status: 500 });
      expect(bench.usernames).toHaveLength(1);
      await bench.disable();
      expect(bench.usernames).toHaveLength(1);
    },
    async ours(bench) {
      const fault = { kind: "error", type: "AccessDeniedException" } as const;
      bench.inject({ match: { action: "AdminAddUserToGroup" }, fault });
      expect(await bench.issueUser()).toMatchObject({ status: 400 });
      expect(bench.usernames).toEqual([]);
    },
  },
  {
    // In process: "a user that cannot be deleted at once is rolled back later" of src/cognito/path-creds.test.ts.
    title: "2: a crash after AdminCreateUser leaves a live user for ever",
    async goPlugin(bench) {
      const lost = await crashWhileMakingAUser(bench);
      expect(lost).toHaveLength(1);
      expect(Object.keys(await bench.stored())).toEqual(["config", "roles/app"]);
      await bench.disable();
      expect(bench.usernames).toContain(lost[0] as string);
    },
    async ours(bench) {
      const lost = await crashWhileMakingAUser(bench);
      expect(lost).toHaveLength(1);
      await eventually("the mount answers again", async () => (await bench.read("roles/app")).status === 200);
      const noted = Object.entries(await bench.stored()).filter(([key]) => key.startsWith("wal/"));
      expect(noted.map(([, entry]) => JSON.parse(entry).data.username)).toEqual([...lost]);
      // Here the rollback comes with the unmount; else with a minute's tick when the entry is five minutes old.
      await bench.disable();
      await eventually("the lost user is gone", () => bench.usernames.length === 0);
    },
  },
  {
    // In process: src/cognito/generated-user-failure.test.ts.
    title: "5: a pool that asks for a second factor kills the plugin, and the user stays",
    pool: { mfa: ["SOFTWARE_TOKEN_MFA"] },
    async goPlugin(bench) {
      await bench.kills(async () => expect(await bench.issueUser()).toMatchObject({ status: 500 }));
      expect(bench.usernames.length).toBeGreaterThan(0);
    },
    async ours(bench) {
      const { status, body } = await bench.issueUser();
      expect(status).toBe(400);
      expect(body.errors?.join()).toContain("pool requires MFA_SETUP");
      expect(bench.usernames).toEqual([]);
    },
  },
  {
    // In process: "signing in again when tokens came at once" of src/cognito/generated-user.test.ts.
    title: "5: a pool that answers the first sign-in with tokens kills the plugin, and the user stays",
    async goPlugin(bench) {
      bench.inject({ match: { action: "AdminInitiateAuth", times: always }, fault: { kind: "tokens at once" } });
      await bench.kills(async () => expect(await bench.issueUser()).toMatchObject({ status: 500 }));
      expect(bench.usernames.length).toBeGreaterThan(0);
    },
    async ours(bench) {
      bench.inject({ match: { action: "AdminInitiateAuth", times: always }, fault: { kind: "tokens at once" } });
      const user = await bench.issueUser();
      expect(user).toMatchObject({ status: 200 });
      expect(bench.pool.hasPassword(String(user.body.data?.username), String(user.body.data?.password))).toBe(true);
    },
  },
  {
    // In process: "through an app client with a secret" of src/cognito/generated-user.test.ts.
    title: "6: an app client with a secret cannot be used for users",
    pool: { clients: [secretClient] },
    async goPlugin(bench) {
      const fields = {
        ...bench.place.userRole,
        app_client_id: secretClient.id,
        app_client_secret: secretClient.secret,
      };
      const { status, body } = await bench.issueUser(fields);
      expect(status).toBe(500);
      expect(body.errors?.join()).toContain("Could not init auth");
      expect(bench.usernames).toHaveLength(1);
    },
    async ours(bench) {
      const fields = {
        ...bench.place.userRole,
        app_client_id: secretClient.id,
        app_client_secret: secretClient.secret,
      };
      expect(await bench.issueUser(fields)).toMatchObject({ status: 200 });
    },
  },
  {
    // In process: "a user may be in several groups, or in none" of src/cognito/path-creds.test.ts.
    title: "6: exactly one group",
    async goPlugin(bench) {
      expect(await bench.issueUser({ ...bench.place.userRole, group: "" })).toMatchObject({ status: 500 });
      expect(bench.usernames).toHaveLength(1);
      const { body } = await bench.issueUser({ ...bench.place.userRole, groups: "writers" });
      expect(groupsOf(bench, body)).toEqual(["readers"]);
    },
    async ours(bench) {
      expect(groupsOf(bench, (await bench.issueUser({ ...bench.place.userRole, group: "" })).body)).toEqual([]);
      const { body } = await bench.issueUser({ ...bench.place.userRole, groups: "writers" });
      expect(groupsOf(bench, body)).toEqual(["readers", "writers"]);
    },
  },
  {
    // That passwords come from time-seeded random numbers and may lack letters of a case does not show from outside: of its passwords
    // one in 50,000 lacks upper case. In process: src/cognito/password.test.ts.
    title: "7: the temporary password becomes the final one, which pools with a password history refuse",
    pool: { passwordHistory: 1 },
    async goPlugin(bench) {
      const { status, body } = await bench.issueUser();
      expect(status).toBe(500);
      expect(body.errors?.join()).toContain("PasswordHistoryPolicyViolation");
      expect(bench.usernames).toHaveLength(1);
    },
    async ours(bench) {
      const { status, body } = await bench.issueUser();
      expect(status).toBe(200);
      for (const characters of [/[A-Z]/, /[a-z]/, /\d/, /[^\w]/]) expect(body.data?.password).toMatch(characters);
    },
  },
];

function groupsOf({ pool }: Bench, { data }: Body): readonly string[] {
  return [...(pool.user(String(data?.username))?.groups ?? ["no such user"])].sort();
}
