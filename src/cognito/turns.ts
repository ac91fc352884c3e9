/**
 * Lets changes of the same thing be made one after the other: each is made of what the last one stored, and would be lost, or would
 * bring back what was deleted, if they met.
 */
export class Turns {
  /** The end of the last change of each thing that is being changed; never rejects. */
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when all that came before it for the same thing has ended. Rejects with the signal's reason when the caller has gone by then. */
  take<T>(thing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing) ?? Promise.resolve();
    const result = before.then(() => {
      signal.throwIfAborted();
      return work();
    });
    const end: Promise<void> = result.then(ignore, ignore).then(() => {
      if (this.#last.get(thing) === end) this.#last.delete(thing);
    });
    this.#last.set(thing, end);
    return result;
  }
}

const ignore = (): void => undefined;
