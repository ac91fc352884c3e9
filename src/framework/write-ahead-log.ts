import { randomInt, randomUUID } from "node:crypto";
import { InternalError, LoggedError } from "./errors.ts";
import type { FieldData, Fields } from "./field.ts";
import { isJsonObject } from "./json.ts";
import type { Mount } from "./mount.ts";
import { requireUnlike } from "./require-unlike.ts";
import { getJson, putJson } from "./storage.ts";
import { type FieldInput, parseStored, toStored } from "./stored-fields.ts";
import { mayWrite } from "./system-view.ts";

const prefix = "wal/";
const defaultMinAge = 600;
const entriesAtOnce = 8;
const entryTimeout = 15_000;
const reportInterval = 3_600_000;
const giveUpAge = 7 * 24 * 3600;
const leastTrying = 24 * 3_600_000;

export interface RollbackDeclaration<F extends Fields> {
  /** Stands in stored entries as their type: never changes once released. */
  readonly kind: string;
  /** What undo needs. */
  readonly data: F;
  /**
   * Seconds before an entry is undone: longer than the slowest act that the entry stands for, clean-up included, as
   * an undo that meets an act under way would break it. Does not count while the mount is being disabled.
   */
  readonly minAge?: number;
  /** Undoes the act. What was never done, or is already gone, counts as undone. */
  undo(data: FieldData<F>, signal: AbortSignal): Promise<void>;
}

/** How to undo one kind of outside act that may be left unfinished. */
export interface Rollback {
  readonly kind: string;
  readonly minAge: number;
  undo(data: unknown, signal: AbortSignal): Promise<void>;
}

export interface LoggableRollback<F extends Fields> extends Rollback {
  /** Notes the act in the mount's log, before it is begun. */
  begin(log: WriteAheadLog, data: FieldInput<F>): Promise<UnfinishedAct>;
}

export function defineRollback<const F extends Fields>(declaration: RollbackDeclaration<F>): LoggableRollback<F> {
  const { kind, data: fields } = declaration;
  return {
    kind,
    minAge: declaration.minAge ?? defaultMinAge,
    undo: async (data, signal) => {
      const fail = (problem: string) => new LoggedError(`write-ahead log entry of kind ${kind}: ${problem}`);
      if (!isJsonObject(data)) throw fail("its data is not an object");
      await declaration.undo(parseStored(fields, data, fail), signal);
    },
    begin: (log, data) => log.begin(kind, toStored(data)),
  };
}

/** An act that the log will undo unless it is forgotten. */
export interface UnfinishedAct {
  /** The act is complete, or was undone: takes the entry out of the log. */
  forget(): Promise<void>;
  /** The act failed and this process has stopped working on it: leaves the entry to the next rollback of its age. */
  abandon(): void;
}

/** What this process saw of an entry, by its clock. Milliseconds. */
interface Observed {
  readonly seenAt: number;
  failingSince?: number;
  reportedAt?: number;
}

/**
 * Notes of outside acts that are not complete, so that a failure or a crash leaves nothing behind. Stored as Go's
 * framework does (framework/wal.go): key wal/<uuid>, {"type", "data", "created_at" in seconds}.
 */
export class WriteAheadLog {
  readonly #mount: Mount;
  readonly #rollbacks: ReadonlyMap<string, Rollback>;
  readonly #underWay = new Set<string>();
  readonly #observed = new Map<string, Observed>();

  constructor(mount: Mount, rollbacks: readonly Rollback[]) {
    this.#mount = mount;
    this.#rollbacks = new Map(rollbacks.map((rollback) => [rollback.kind, rollback]));
    requireUnlike(
      "rollbacks of a write-ahead log have the same kind",
      rollbacks.map(({ kind }) => kind),
    );
  }

  async begin(kind: string, data: unknown): Promise<UnfinishedAct> {
    // Told here, and not by the rollback, it comes before the act.
    if (!this.#rollbacks.has(kind))
      throw new LoggedError(`the write-ahead log was not given the rollback of kind "${kind}"`);
    const id = randomUUID();
    const { storage, clock } = this.#mount;
    this.#underWay.add(id);
    try {
      await putJson(storage, prefix + id, { type: kind, data, created_at: Math.floor(clock.now() / 1000) });
    } catch (error) {
      this.#underWay.delete(id);
      throw error;
    }
    return {
      forget: async () => {
        await storage.delete(prefix + id);
        this.#underWay.delete(id);
      },
      abandon: () => void this.#underWay.delete(id),
    };
  }

  /**
   * Undoes the entries that are old enough; all of them with `immediate`, or while the mount is being disabled, since
   * its storage, the log included, goes next. Rejects when any could not be undone: a host logs nothing else of a
   * rollback.
   */
  async rollBack({ immediate, signal }: { readonly immediate: boolean; readonly signal: AbortSignal }): Promise<void> {
    const { storage, systemView } = this.#mount;
    const ids = (await storage.list(prefix)).filter((id) => !this.#underWay.has(id));
    for (const id of this.#observed.keys()) if (!ids.includes(id)) this.#observed.delete(id);
    if (ids.length === 0 || !(await mayWrite(systemView))) return;
    const anyAge = immediate || (await systemView.tainted());

    // Random order and few at a time: entries that hang must not starve the others of the host's time limit.
    const queue = shuffled(ids);
    let failed = 0;
    const work = async () => {
      while (!signal.aborted) {
        const id = queue.pop();
        if (id === undefined) return;
        if (!(await this.#rollBackEntry(id, anyAge, signal))) failed++;
      }
    };
    await Promise.all(Array.from({ length: entriesAtOnce }, work));
    const unreached = queue.length;
    if (failed > 0 || unreached > 0) {
      throw new InternalError(
        `write-ahead log: of ${ids.length} entries ${failed} could not be undone and ${unreached} were not reached; they are tried again`,
      );
    }
  }

  /** True when nothing is left to do for this entry now. */
  async #rollBackEntry(id: string, anyAge: boolean, signal: AbortSignal): Promise<boolean> {
    const { storage, clock } = this.#mount;
    const observed = this.#observe(id);
    let age: number | undefined;
    let kind: string | undefined;
    try {
      const entry = await getJson(storage, prefix + id);
      if (entry === undefined) return true;
      if (!isJsonObject(entry) || typeof entry.type !== "string" || typeof entry.created_at !== "number") {
        throw new LoggedError("it is not a write-ahead log entry");
      }
      kind = entry.type;
      // An entry of a clock that was ahead since is as old as it was seen here.
      age = Math.max(clock.now() / 1000 - entry.created_at, (clock.now() - observed.seenAt) / 1000);
      const rollback = this.#rollbacks.get(kind);
      if (rollback === undefined) throw new LoggedError(`no rollback is known for kind "${kind}"`);
      if (!anyAge && age < rollback.minAge) return true;
      await withTimeout(clock.timeout(entryTimeout), signal, (limit) => rollback.undo(entry.data, limit));
      await storage.delete(prefix + id);
      return true;
    } catch (error) {
      await this.#report(observed, id, kind, age, error);
      return false;
    }
  }

  #observe(id: string): Observed {
    const now = this.#mount.clock.now();
    const known = this.#observed.get(id);
    // Of a clock that was set back meanwhile nothing that was seen says anything.
    if (known !== undefined && now >= (known.reportedAt ?? known.seenAt)) return known;
    const observed = { seenAt: now };
    this.#observed.set(id, observed);
    return observed;
  }

  async #report(
    observed: Observed,
    id: string,
    kind: string | undefined,
    age: number | undefined,
    error: unknown,
  ): Promise<void> {
    const { storage, clock, logger } = this.#mount;
    const now = clock.now();
    observed.failingSince ??= now;
    const fields = {
      wal_id: id,
      kind,
      age_seconds: age === undefined ? undefined : Math.floor(age),
      error: error instanceof Error ? error.message : "unknown error",
    };
    // Where nobody tried for days, as while the server was sealed or in a snapshot, the first failures say nothing yet.
    if (age !== undefined && age >= giveUpAge && now - observed.failingSince >= leastTrying) {
      try {
        await storage.delete(prefix + id);
        logger.error("giving up on a rollback that failed for 7 days; undo it by hand", fields);
      } catch {
        logger.error("a rollback has failed for 7 days and its entry cannot be removed", fields);
      }
      return;
    }
    if (now - (observed.reportedAt ?? Number.NEGATIVE_INFINITY) < reportInterval) return;
    observed.reportedAt = now;
    logger.error("rollback failed; it is tried again every minute", fields);
  }
}

/** Rejects when either signal is aborted, even if `act` pays no attention to the signal it is given. */
async function withTimeout(
  timeout: AbortSignal,
  signal: AbortSignal,
  act: (limit: AbortSignal) => Promise<void>,
): Promise<void> {
  const limit = AbortSignal.any([timeout, signal]);
  limit.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(limit.reason);
  limit.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([act(limit), aborted]);
  } finally {
    limit.removeEventListener("abort", onAbort);
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
