/** As many as one mount is likely to use; the one that was read first goes first. */
const most = 1_000;

/**
 * Values that were read from storage, by name, so that not every request asks the host again. Only what is there is remembered, and
 * only as long as nothing was heard of a change: by a change made here, or by `forget` for one made on another node.
 */
export class Remembered<T> {
  readonly #values = new Map<string, T>();
  readonly #mayRemember: () => Promise<boolean>;
  /** Counts changes: a value that was read while one was made may be the old one. */
  #changes = 0;

  /** @param mayRemember asked until it first answers; where it cannot be asked nothing is remembered. */
  constructor(mayRemember: () => Promise<boolean>) {
    let answer: Promise<boolean> | undefined;
    this.#mayRemember = () => {
      answer ??= mayRemember().catch(() => {
        answer = undefined;
        return false;
      });
      return answer;
    };
  }

  async get(name: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const before = this.#changes;
    const [value, allowed] = await Promise.all([read(), this.#mayRemember()]);
    if (value !== undefined && allowed && before === this.#changes) this.#remember(name, value);
    return value;
  }

  /** Makes a change of the stored value. Whether it succeeds or not, nothing from before it is remembered. */
  async change(name: string, work: () => Promise<void>): Promise<void> {
    this.forget(name);
    try {
      await work();
    } finally {
      this.forget(name);
    }
  }

  forget(name: string): void {
    this.#changes += 1;
    this.#values.delete(name);
  }

  #remember(name: string, value: T): void {
    const [oldest] = this.#values.keys();
    if (this.#values.size >= most && oldest !== undefined) this.#values.delete(oldest);
    this.#values.set(name, value);
  }
}
