export interface Place {
  /** The mount: each has the same right to a turn, however many of its requests wait. */
  readonly owner: object;
  readonly urgent: boolean;
}

/** Of so many turns one goes to what is not urgent, so that a long revocation slows the rest and does not stop it. */
const turnsPerOther = 5;

/** Who is next, where more wait than may go: the urgent first, mounts in turn, and each mount's in their order. */
export class RequestQueue<T> {
  readonly #urgent = new Rounds<T>();
  readonly #others = new Rounds<T>();
  #turns = 0;

  get size(): number {
    return this.#urgent.size + this.#others.size;
  }

  add(item: T, { owner, urgent }: Place): void {
    (urgent ? this.#urgent : this.#others).add(item, owner);
  }

  remove(item: T, { owner, urgent }: Place): void {
    (urgent ? this.#urgent : this.#others).remove(item, owner);
  }

  next(): T | undefined {
    this.#turns = (this.#turns + 1) % turnsPerOther;
    const [first, second] = this.#turns === 0 ? [this.#others, this.#urgent] : [this.#urgent, this.#others];
    return first.next() ?? second.next();
  }
}

/** Owners in turn; their items in the order in which they came. */
class Rounds<T> {
  /** The owner whose turn it is stands first. */
  readonly #lines = new Map<object, Set<T>>();
  size = 0;

  add(item: T, owner: object): void {
    const line = this.#lines.get(owner);
    if (line === undefined) this.#lines.set(owner, new Set([item]));
    else line.add(item);
    this.size += 1;
  }

  remove(item: T, owner: object): void {
    const line = this.#lines.get(owner);
    if (line?.delete(item) !== true) return;
    if (line.size === 0) this.#lines.delete(owner);
    this.size -= 1;
  }

  next(): T | undefined {
    for (const [owner, line] of this.#lines) {
      for (const item of line) {
        this.remove(item, owner);
        // To the end of the round.
        if (this.#lines.delete(owner)) this.#lines.set(owner, line);
        return item;
      }
    }
    return undefined;
  }
}
