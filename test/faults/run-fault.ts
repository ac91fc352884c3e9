import type { UserPool } from "../../dev/cognito-emulator/index.ts";
import { everythingIn } from "../../src/cognito/testing/user-making.ts";
import type { Answer, TestMount } from "../../src/framework/testing/test-mount.ts";
import { classify } from "../../src/vault-wire/translate-error.ts";
import type { FaultCase } from "./fault-case.ts";
import { type FaultWorld, strangers } from "./fault-world.ts";

export interface FaultOutcome {
  /** What a server would answer. */
  readonly status: number;
  readonly sentence: string;
  /** From the request to its answer, by the moved clock. */
  readonly seconds: number;
  /** Sends of the call in trouble. */
  readonly sends: number;
  readonly usersMade: number;
  /** Besides the strangers, when the request was long over, its lease revoked and the minute tick had come. */
  readonly usersLeft: number;
  /** Notes in the write-ahead log, at the same time. */
  readonly notesLeft: number;
  readonly strangersDeleted: number;
  /** Secrets in all that was logged or thrown. */
  readonly secretsSeen: number;
  /** Secrets that could have been seen. */
  readonly secrets: number;
  /** User names in errors, and AWS's own words in errors or the log; the token endpoint's description may be shown. */
  readonly indiscretions: number;
}

const statusOf = { user: 400, internal: 500, "rate limited": 502 } as Readonly<Record<string, number>>;
const wordsOfAws = "Injected by the emulator";

type Attempt =
  | { readonly ok: true; readonly answer: Answer | undefined }
  | { readonly ok: false; readonly thrown: unknown };

/** One case from its request to the time when all that it left has been cleaned up. */
export async function runFault(world: FaultWorld, faultCase: FaultCase): Promise<FaultOutcome> {
  world.emulator.forget();
  const pool = world.newPool();
  try {
    return await runInPool(world, faultCase, pool);
  } finally {
    world.emulator.faults.clear();
    world.emulator.deletePool(pool.id);
  }
}

async function runInPool(world: FaultWorld, faultCase: FaultCase, pool: UserPool): Promise<FaultOutcome> {
  const { clock, network } = world;
  const { call, during } = faultCase;
  const mount = await world.mount(pool, faultCase);
  const attempt = (work: Promise<Answer | undefined>): Promise<Attempt> =>
    world.settle(
      work.then(
        (answer) => ({ ok: true, answer }),
        (thrown: unknown) => ({ ok: false, thrown }),
      ),
    );

  let lease = during === "revoke" ? await mount.read("creds/app") : undefined;
  const revoked = lease;
  const endTrouble = world.begin(faultCase);
  const began = clock.now();
  const result = await attempt(
    revoked === undefined
      ? mount.read(call === "Token" ? "creds/machine" : "creds/app")
      : mount.revoke(revoked).then(() => undefined),
  );
  const seconds = (clock.now() - began) / 1000;
  const { sends } = network;
  if (result.ok) lease = result.answer?.lease === undefined ? undefined : result.answer;

  endTrouble();
  await callsEnded(world);
  const usersMade = pool.usernames().length - strangers.length;
  if (lease !== undefined) await attempt(mount.revoke(lease).then(() => undefined));
  clock.advance({ minutes: 6 });
  await world.settle(mount.rollback());

  const thrown = result.ok ? undefined : result.thrown;
  const failure = result.ok ? undefined : classify(result.thrown);
  const outcome: FaultOutcome = {
    status: failure === undefined ? 200 : (statusOf[failure.kind] ?? 0),
    sentence: failure?.sentence ?? "",
    seconds,
    sends,
    usersMade,
    ...(await left(mount, pool)),
    ...discretion(world, mount, thrown, call === "Token" ? [] : [wordsOfAws]),
  };
  await mount.close();
  return outcome;
}

/** What came late is carried out, too. */
async function callsEnded({ emulator }: FaultWorld): Promise<void> {
  while (emulator.calls.some(({ ended }) => ended === undefined)) await Bun.sleep(1);
}

async function left(mount: TestMount, pool: UserPool) {
  const names = new Set(pool.usernames());
  return {
    usersLeft: [...names].filter((name) => !strangers.includes(name)).length,
    strangersDeleted: strangers.filter((name) => !names.has(name)).length,
    notesLeft: (await mount.storage.list("wal/")).length,
  };
}

/** User names may stand in the log, not in errors: those are in the audit log. Nothing that AWS says stands in either. */
function discretion({ emulator }: FaultWorld, mount: TestMount, thrown: unknown, wordsOfOthers: readonly string[]) {
  const logged = mount.logger.text();
  const error = everythingIn(thrown);
  const names = new Set(emulator.calls.flatMap(({ username }) => username ?? []));
  const named = [...names].filter((name) => error.includes(name));
  const repeated = wordsOfOthers.filter((words) => (logged + error).includes(words));
  const secrets = emulator.secretsSeen();
  return {
    secrets: secrets.length,
    secretsSeen: secrets.filter((secret) => (logged + error).includes(secret)).length,
    indiscretions: named.length + repeated.length,
  };
}
