import { request } from "node:http";
import { setImmediate } from "node:timers/promises";
import type { FaultHandle, UserView } from "../../dev/cognito-emulator/index.ts";
import type { RealServer } from "../servers/real-server.ts";
import { waitForEnd } from "../servers/server-process.ts";
import { type Credentials, eventually, read } from "../stories/cognito-world.ts";
import { completedUsers } from "./completed-users.ts";
import { type CrashWorld, type Stage, stsRegion } from "./crash-world.ts";
import { irrevocableLeases } from "./irrevocable-leases.ts";

const anyCreds = "cognito/creds/any";

export type Victim = "plugin" | "server";

export interface CrashCounts {
  /** Kills. */
  crashes: number;
  /** Latched requests that were under way at a kill, each at a step of its own. */
  stepsCutShort: number;
  /** Requests under way at a kill at no chosen step. */
  othersCutShort: number;
  /** Requests whose callers went away, with no kill. */
  callersCutOff: number;
  /** Credentials that a caller got. */
  answered: number;
  /** Requests that ended in an error, or with the server. */
  unanswered: number;
  /** Leases whose caller got no answer. */
  answersLost: number;
  /** Users found under a lease and in the write-ahead log: a rollback would delete a user in use. */
  leasedAndNoted: number;
  /** Leases that a caller holds and the server does not know. */
  leasesForgotten: number;
  /** Users with neither lease nor note although a call for them was still to come. */
  usersForgotten: number;
  /** Users whose last call was answered and whose note was gone, but whose lease was not yet stored. */
  usersInTheWindow: number;
  /** The same where nothing died but the caller left just as the plugin answered. */
  usersInTheCallersWindow: number;
  /** Entries of the write-ahead log that were made old. */
  entriesAged: number;
  /** Leases whose users are gone and that the server keeps, forgotten, until it starts again. */
  leasesOfTheServersOwn: number;
  /** In the end: users that nobody accounts for, entries of the log, leases, irrevocable leases. */
  usersLeft: number;
  entriesLeft: number;
  leasesLeft: number;
  irrevocable: number;
}

/** Crashes one server, or its plugin, again and again, and keeps count of every user. */
export class CrashRun {
  readonly counts: CrashCounts = {
    crashes: 0,
    stepsCutShort: 0,
    othersCutShort: 0,
    callersCutOff: 0,
    answered: 0,
    unanswered: 0,
    answersLost: 0,
    leasedAndNoted: 0,
    leasesForgotten: 0,
    usersForgotten: 0,
    usersInTheWindow: 0,
    usersInTheCallersWindow: 0,
    entriesAged: 0,
    leasesOfTheServersOwn: 0,
    usersLeft: 0,
    entriesLeft: 0,
    leasesLeft: 0,
    irrevocable: 0,
  };
  readonly #server: RealServer;
  readonly #world: CrashWorld;
  readonly #answered = new Set<string>();
  /** Leases that somebody relies on, and until when (milliseconds of the clock). */
  readonly #held = new Map<string, number>();
  readonly #answersLost = new Set<string>();
  /** Users for whom AWS had nothing more to do when a crash came: the rest is between the plugin and its server. */
  readonly #completed = new Set<string>();
  readonly #unaccounted = new Set<string>();

  constructor(server: RealServer, world: CrashWorld) {
    this.#server = server;
    this.#world = world;
  }

  /** One kill while a request hangs at every step. Latched calls go on after it: they reach AWS late. */
  async cutEveryStepShort(victim: Victim): Promise<void> {
    const { stages } = this.#world;
    const latches: FaultHandle[] = [];
    const latch = ({ step, pool }: Stage) => {
      const { action, takesEffect } = step;
      const where = step.assumesRole === true ? { region: stsRegion(step) } : { poolId: pool.id };
      latches.push(
        this.#world.emulator.faults.add({ match: { action, ...where }, fault: { kind: "hang", takesEffect } }),
      );
    };
    const issuing = stages.filter(({ step }) => step.during === "issue");
    const ending = stages.filter(({ step }) => step.during !== "issue");
    // A plugin's process assumes a role once.
    await this.#put("sys/plugins/reload/backend", { plugin: "cognito" });
    for (const stage of issuing) latch(stage);
    const leases: (readonly [Stage, string])[] = [];
    for (const stage of ending) {
      if (stage.step.during === "expiry") latch(stage);
      leases.push([stage, (await this.#issue(stage.creds)) ?? ""]);
      if (stage.step.during !== "expiry") latch(stage);
    }
    const requests = [
      ...issuing.map(({ creds }) => this.#issue(creds)),
      ...leases.map(([stage, lease]) => this.#endLease(stage, lease)),
    ];
    await Promise.all(latches.map((fault) => fault.met()));
    this.counts.stepsCutShort += latches.length;
    await this.#crash(victim);
    for (const fault of latches) fault.remove();
    await Promise.all(requests);
    await this.#takeStock();
  }

  /** A kill, aimed at the window, right after the nth of some requests, sent at once, got its last answer from AWS. */
  async cutShortNearTheEnd(victim: Victim, atOnce: number): Promise<void> {
    const near = this.#nearTheEnd(atOnce);
    const requests = Array.from({ length: atOnce }, () => this.#issue(anyCreds));
    await near;
    await Bun.sleep(Math.random() * 4);
    this.counts.othersCutShort += atOnce;
    await this.#crash(victim);
    await Promise.all(requests);
    await this.#takeStock();
  }

  /** Nothing dies but the callers' connections: nobody gets the answers. */
  async cutCallersOffNearTheEnd(atOnce: number): Promise<void> {
    const near = this.#nearTheEnd(atOnce);
    const headers = { "x-vault-token": this.#server.rootToken };
    const requests = Array.from({ length: atOnce }, () => {
      const sent = request(`${this.#server.address}/v1/${anyCreds}`, { headers, agent: false });
      // What comes of it is what nobody hears.
      sent.on("error", () => undefined);
      sent.on("response", (answer) => answer.on("error", () => undefined).resume());
      sent.end();
      return sent;
    });
    await near;
    await Bun.sleep(Math.random() * 4);
    for (const sent of requests) sent.destroy();
    this.counts.callersCutOff += atOnce;
    // The server goes on with what it was asked for.
    const isQuiet = async () => (await this.#look()).strays.length === 0;
    await eventually("every user is accounted for", isQuiet, 3).catch(() => undefined);
    const completed = completedUsers(this.#world.emulator);
    await this.#takeStock((username) => (completed.has(username) ? "usersInTheCallersWindow" : "usersForgotten"));
  }

  /** A kill while leases are being renewed: they are as good as before. */
  async cutRenewalsShort(victim: Victim, atOnce: number): Promise<void> {
    const leases = await Promise.all(Array.from({ length: atOnce }, () => this.#issue(anyCreds)));
    const renew = () => leases.map((lease_id) => this.#put("sys/leases/renew", { lease_id }));
    const renewals = renew();
    await Bun.sleep(Math.random() * 10);
    this.counts.othersCutShort += atOnce;
    await this.#crash(victim);
    await Promise.all(renewals);
    const answers = await Promise.all(renew());
    this.counts.leasesForgotten += answers.filter((status) => status !== 200).length;
    await this.#takeStock();
  }

  /** Every note gets old at once, every lease ends: waits for the server's next tick, or as long as it takes. */
  async settle(): Promise<void> {
    const { emulator, mounts } = this.#world;
    for (const mount of mounts) this.counts.entriesAged += await mount.ageEntries(3600);
    const users = () => emulator.pools().flatMap((pool) => pool.usernames());
    const left = () => users().filter((username) => !this.#unaccounted.has(username)).length;
    await eventually("every user is gone", () => left() === 0, 150).catch(() => undefined);
    const areOver = async () => (await this.#leases()).length === 0;
    await eventually("every lease is over", areOver, 20).catch(() => undefined);
    // Servers on raft may store a lease although its caller left, and undo it, yet keep the entry until they start again.
    this.counts.leasesOfTheServersOwn = (await this.#leases()).length;
    if (this.counts.leasesOfTheServersOwn > 0) await this.#server.restart();
    await eventually("every lease is over", areOver).catch(() => undefined);
    this.counts.usersLeft = left();
    this.counts.entriesLeft = (await Promise.all(mounts.map((mount) => mount.notedUsers()))).flat().length;
    this.counts.leasesLeft = (await this.#leases()).length;
    this.counts.irrevocable = await irrevocableLeases(this.#server);
  }

  async #issue(creds: string): Promise<string | undefined> {
    try {
      const { lease_id, lease_duration }: Credentials = await read(this.#server, creds);
      this.#answered.add(lease_id);
      this.#held.set(lease_id, Date.now() + lease_duration * 1000);
      this.counts.answered += 1;
      return lease_id;
    } catch {
      this.counts.unanswered += 1;
      return undefined;
    }
  }

  async #endLease({ step }: Stage, lease_id: string): Promise<void> {
    this.#held.delete(lease_id);
    if (step.during !== "expiry") await this.#put("sys/leases/revoke", { lease_id, sync: step.during === "revoke" });
  }

  async #put(path: string, body: object): Promise<number> {
    const answer = await this.#server.http("PUT", path, body).catch(() => undefined);
    return answer?.status ?? 0;
  }

  async #crash(victim: Victim): Promise<void> {
    this.counts.crashes += 1;
    const plugins = this.#server.pluginPids();
    for (const username of completedUsers(this.#world.emulator)) this.#completed.add(username);
    if (victim === "server") await this.#server.kill9();
    else for (const pid of plugins) process.kill(pid, "SIGKILL");
    await waitForEnd(plugins, 5000);
    if (victim === "server") await this.#server.restart();
    // A read brings the plugin back.
    const works = async () => (await this.#server.http("GET", "cognito/roles/any")).status === 200;
    await eventually("the mount answers again", works);
  }

  #leases() {
    return Promise.all(this.#world.mounts.map((mount) => mount.leasedUsers())).then((found) => found.flat());
  }

  async #nearTheEnd(atOnce: number): Promise<void> {
    const before = this.#signedIn();
    const nth = 1 + Math.floor(Math.random() * atOnce);
    const deadline = performance.now() + 20_000;
    while (this.#signedIn() < before + nth && performance.now() < deadline) await setImmediate();
  }

  #signedIn(): number {
    const { emulator, any } = this.#world;
    const last = emulator.calls.filter(
      ({ action, outcome }) => action === "AdminRespondToAuthChallenge" && outcome === "ok",
    );
    return last.filter(({ clientId }) => clientId === any.clients()[0]?.id).length;
  }

  /** To whom does each user belong? Strays are those without lease and without note. */
  async #look() {
    const { emulator, mounts } = this.#world;
    const users = () => emulator.pools().flatMap((pool) => pool.users());
    const before = users();
    const leases = await this.#leases();
    const noted = new Set((await Promise.all(mounts.map((mount) => mount.notedUsers()))).flat());
    const after = new Set(users().map(({ username }) => username));
    const leased = new Set(leases.map(({ username }) => username));
    const isNoted = ({ username, attributes }: UserView) => noted.has(username) || noted.has(attributes.email ?? "");
    const isStray = (user: UserView) => !leased.has(user.username) && !isNoted(user) && after.has(user.username);
    return {
      leases,
      leasedAndNoted: before.filter((user) => leased.has(user.username) && isNoted(user)).length,
      strays: before
        .filter(isStray)
        .map(({ username }) => username)
        .filter((name) => !this.#unaccounted.has(name)),
    };
  }

  /** With no request under way. @param countAs where a stray belongs */
  async #takeStock(
    countAs: (username: string) => "usersInTheWindow" | "usersInTheCallersWindow" | "usersForgotten" = (username) =>
      this.#completed.has(username) ? "usersInTheWindow" : "usersForgotten",
  ): Promise<void> {
    const { leases, leasedAndNoted, strays } = await this.#look();
    this.counts.leasedAndNoted += leasedAndNoted;
    for (const username of strays) {
      this.#unaccounted.add(username);
      this.counts[countAs(username)] += 1;
    }
    const leaseIds = new Set(leases.map(({ leaseId }) => leaseId));
    for (const [leaseId, end] of this.#held) {
      if (!leaseIds.has(leaseId) && Date.now() < end - 1000) this.counts.leasesForgotten += 1;
    }
    for (const leaseId of leaseIds) if (!this.#answered.has(leaseId)) this.#answersLost.add(leaseId);
    this.counts.answersLost = this.#answersLost.size;
  }
}
