/** As many as one mount is likely to have, some 10 MB of roles; the one that came first goes first. */
const most = 10_000;

/**
 * Values that were read from storage or written to it, by name, so that not every request asks the host again. Only what is there is
 * remembered, and only as long as nothing was heard of another change: one made here, or by `forget` one made on another node.
 */
export class Remembered<T> {
  readonly #values = new Map<string, T>();
  readonly #mayRemember: () => Promise<boolean>;
  /** Counts changes: a value that was read while one was made may be the old one. */
  #changes = 0;
  /** The change of a name that is under way, while no other of that name was heard of: which came last only storage knows. */
  readonly #undisturbed = new Map<string, object>();

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

  /**
   * Makes a change of the stored value, to `value` or, where that is undefined, by taking it away. Whether it succeeds or not, nothing
   * from before it is remembered.
   */
  async change(name: string, value: T | undefined, work: () => Promise<void>): Promise<void> {
    const change = {};
    this.forget(name);
    this.#undisturbed.set(name, change);
    try {
      const [, allowed] = await Promise.all([work(), this.#mayRemember()]);
      const isKnown = this.#undisturbed.get(name) === change && allowed;
      this.forget(name);
      if (value !== undefined && isKnown) this.#remember(name, value);
    } catch (error) {
      this.forget(name);
      throw error;
    }
  }

  forget(name: string): void {
    this.#changes += 1;
    this.#undisturbed.delete(name);
    this.#values.delete(name);
  }

  #remember(name: string, value: T): void {
    const [oldest] = this.#values.keys();
    if (this.#values.size >= most && oldest !== undefined) this.#values.delete(oldest);
    this.#values.set(name, value);
  }
}
