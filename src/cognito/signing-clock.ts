/** How far this machine's clock may be off: Cognito refuses signatures that are off by 5 minutes. Milliseconds. */
const tolerance = 4 * 60_000;
/** What a signature can name. */
const lastTime = Date.UTC(9999, 11, 31);

/** The time of signatures: this machine's, or AWS's where that is another one. */
export class SigningClock {
  #ahead = 0;

  /** Milliseconds that AWS's clock is ahead of this machine's; 0 as long as that does not matter. */
  get ahead(): number {
    return this.#ahead;
  }

  now(): Date {
    return new Date(Date.now() + this.#ahead);
  }

  /** @param date of an answer's header, if it has one */
  learn(date: string | null): void {
    const time = date === null ? Number.NaN : Date.parse(date);
    if (!(time >= 0 && time <= lastTime)) return;
    const ahead = time - Date.now();
    if (Math.abs(ahead - this.#ahead) >= tolerance) this.#ahead = ahead;
  }
}
