import type { Fetch } from "./fetch.ts";
import { readBody } from "./read-body.ts";

/** What Bun's fetch has under way at a time. Further requests wait for any of these to end, whoever they are for. */
const mostUnderWay = 256;

/** Bytes. More than any caller takes in. */
const largestAnswer = 1024 * 1024;

/**
 * Shares what the runtime has under way at a time among the mounts of a process, so that one whose AWS hangs leaves something to the
 * others: a mount may have as many requests under way as there are free ones. A mount alone comes to half of them.
 */
export class SharedConnections {
  #free = mostUnderWay;
  readonly #underWay = new Map<object, number>();
  /** Mounts in turn; of each, who waits, in the order in which they came. */
  readonly #waiting = new Map<object, Set<() => void>>();

  /** `fetch` for one mount. Its answers are read to their end: until then a request is under way. */
  fetchFor(mount: object, fetch: Fetch): Fetch {
    return async (input, init) => {
      if (this.#waiting.has(mount) || !this.#mayBegin(mount)) await this.#turn(mount, init?.signal ?? undefined);
      else this.#begin(mount);
      try {
        const response = await fetch(input, init);
        const body = await readBody(response, largestAnswer);
        return new Response(body.byteLength === 0 ? null : body, response);
      } finally {
        this.#end(mount);
      }
    };
  }

  #mayBegin(mount: object): boolean {
    return (this.#underWay.get(mount) ?? 0) < this.#free;
  }

  #begin(mount: object): void {
    this.#free -= 1;
    this.#underWay.set(mount, (this.#underWay.get(mount) ?? 0) + 1);
  }

  #end(mount: object): void {
    this.#free += 1;
    const left = (this.#underWay.get(mount) ?? 0) - 1;
    if (left > 0) this.#underWay.set(mount, left);
    else this.#underWay.delete(mount);
    for (const [next, line] of [...this.#waiting]) {
      const [begin] = line;
      if (begin === undefined || !this.#mayBegin(next)) continue;
      this.#leaveLine(next, line, begin);
      // To the end of the round.
      if (this.#waiting.delete(next)) this.#waiting.set(next, line);
      begin();
    }
  }

  #turn(mount: object, signal: AbortSignal | undefined): Promise<void> {
    const line = this.#waiting.get(mount) ?? new Set();
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener("abort", onAbort);
        this.#begin(mount);
        resolve();
      };
      const onAbort = () => {
        this.#leaveLine(mount, line, begin);
        reject(signal?.reason);
      };
      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.set(mount, line.add(begin));
    });
  }

  #leaveLine(mount: object, line: Set<() => void>, begin: () => void): void {
    line.delete(begin);
    if (line.size === 0) this.#waiting.delete(mount);
  }
}
