/** Answers kept for one reader, behind a token that works once. */
import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";

export interface Wrapped {
  readonly token: string;
  readonly accessor: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Seconds. */
  readonly ttl: number;
  /** The path that was asked when the answer was wrapped. */
  readonly path: string;
  /** The whole answer, as it would have gone out. */
  readonly answer: Readonly<Record<string, unknown>>;
}

export class Wrapping {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Wrapped & { readonly forget: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param token a token of the caller's own; else one is made */
  wrap(
    answer: Readonly<Record<string, unknown>>,
    ttl: number,
    path: string,
    token = `hvs.${randomBytes(24).toString("base64url")}`,
  ): Wrapped {
    const wrapped = {
      token,
      accessor: randomBytes(18).toString("base64url").replace(/[-_]/g, "x"),
      createdAt: this.#clock.now(),
      ttl,
      path,
      answer,
      forget: this.#clock.after(ttl * 1000, () => this.#kept.delete(token)),
    };
    this.#kept.set(token, wrapped);
    return wrapped;
  }

  /** Undefined for a token that never was, was used, or is too old. */
  look(token: string): Wrapped | undefined {
    return this.#kept.get(token);
  }

  /** Gives the answer out and forgets it. */
  unwrap(token: string): Wrapped | undefined {
    const wrapped = this.#kept.get(token);
    wrapped?.forget();
    this.#kept.delete(token);
    return wrapped;
  }

  /** Forgets everything. */
  clear(): void {
    for (const token of [...this.#kept.keys()]) this.unwrap(token);
  }
}
