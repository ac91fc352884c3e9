import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { caseOf, type FaultCase, well } from "./fault-case.ts";
import { faultCases } from "./fault-cases.ts";
import { FaultWorld, strangers } from "./fault-world.ts";
import { type FaultOutcome, runFault } from "./run-fault.ts";

setDefaultTimeout(60_000);

let world: FaultWorld;
const outcomes: FaultOutcome[] = [];

beforeAll(async () => {
  world = await FaultWorld.open();
});
afterAll(() => world.close());

/** The 75 seconds of a request and the 30 of its clean-up. */
const longestAnswer = 105;
const mostSends = 30;

function check({ expected, times }: FaultCase, outcome: FaultOutcome): void {
  const { status, sentence, ...rest } = outcome;
  expect({ status, sentence }).toEqual({ status: expected.status, sentence: expect.stringContaining(expected.says) });
  if (status !== 200) expect(sentence).toMatch(/^[^\n]{20,400}$/);
  expect(rest.seconds).toBeLessThanOrEqual(longestAnswer);
  expect(rest.sends).toBeWithin(1, Number.isFinite(times) ? times + 3 : mostSends);
  expect(rest).toMatchObject({ usersLeft: 0, notesLeft: 0, strangersDeleted: 0, secretsSeen: 0, indiscretions: 0 });
  expect(rest.usersMade).toBeLessThanOrEqual(1);
  expect(rest.secrets).toBeGreaterThan(1);
}

describe.each([...new Set(faultCases.map(({ call }) => call))])("%s", (call) => {
  for (const faultCase of faultCases.filter((one) => one.call === call)) {
    test(faultCase.name, async () => {
      const outcome = await runFault(world, faultCase);
      outcomes.push(outcome);
      check(faultCase, outcome);
    });
  }
});

test("a name that a stranger takes at that very moment is left to them", async () => {
  const pool = world.newPool();
  const taking = caseOf("AdminCreateUser", { kind: "hang" }, 1, well);
  const mount = await world.mount(pool, taking);
  const hanging = world.emulator.faults.add({ match: { action: "AdminCreateUser" }, fault: { kind: "hang" } });
  const reading = mount.read("creds/app");
  await hanging.met();
  const username = world.emulator.calls.findLast(({ action }) => action === "AdminCreateUser")?.username ?? "";
  pool.createUser({
    username,
    attributes: new Map([["email", username]]),
    temporaryPassword: "Strangers-0wn-password",
  });
  hanging.remove();
  const user = await world.settle(reading);
  expect(user.data["username"]).not.toBe(username);
  await mount.revoke(user);
  world.clock.advance({ minutes: 6 });
  await mount.rollback();
  expect(pool.usernames().toSorted()).toEqual([...strangers, username].toSorted());
});

test("in the end no user is left, no stranger deleted and no secret seen", () => {
  const sum = (of: (outcome: FaultOutcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const answers = Object.entries(Object.groupBy(outcomes, ({ status }) => String(status)))
    .map(([status, of]) => `${status}: ${of?.length}`)
    .join(", ");
  const sums = {
    usersLeft: sum((outcome) => outcome.usersLeft),
    strangersDeleted: sum((outcome) => outcome.strangersDeleted),
    secretsSeen: sum((outcome) => outcome.secretsSeen),
  };
  console.log(`fault matrix: ${outcomes.length} cases, answers ${answers}; users left ${sums.usersLeft}`);
  console.log(
    `strangers' users deleted ${sums.strangersDeleted}; of ${sum(({ secrets }) => secrets)} secrets seen in logs and errors ${sums.secretsSeen}`,
  );
  expect(outcomes).toHaveLength(faultCases.length);
  expect(sums).toEqual({ usersLeft: 0, strangersDeleted: 0, secretsSeen: 0 });
});
