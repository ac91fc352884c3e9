import type { ConnInfo } from "./gen/broker.ts";

/** How long either side waits for the other (go-plugin grpc_broker.go: Dial, timeoutWait). Milliseconds. */
const patience = 5_000;

interface Claim {
  readonly settle: (info: ConnInfo) => void;
}

/** Brings together what the host says about its listeners and who asks for them, in whichever order they come. */
export class ConnectionInfos {
  readonly #offers = new Map<number, { readonly info: ConnInfo; readonly timer: NodeJS.Timeout }>();
  readonly #claims = new Map<number, Claim>();

  /** Nobody may ever ask for it: it is forgotten after 5 seconds. */
  offer(info: ConnInfo): void {
    const id = info.service_id;
    const claim = this.#claims.get(id);
    if (claim !== undefined) {
      claim.settle(info);
      return;
    }
    clearTimeout(this.#offers.get(id)?.timer);
    this.#offers.set(id, { info, timer: setTimeout(() => this.#offers.delete(id), patience) });
  }

  async claim(id: number, signal?: AbortSignal): Promise<ConnInfo> {
    signal?.throwIfAborted();
    const offer = this.#offers.get(id);
    if (offer !== undefined) {
      clearTimeout(offer.timer);
      this.#offers.delete(id);
      return offer.info;
    }
    if (this.#claims.has(id)) {
      throw new Error(`the host's connection ${id} is already being waited for`);
    }
    return this.#wait(id, signal);
  }

  #wait(id: number, signal: AbortSignal | undefined): Promise<ConnInfo> {
    const { promise, resolve, reject } = Promise.withResolvers<ConnInfo>();
    const timer = setTimeout(() => {
      reject(new Error(`the host did not name its connection ${id} within ${patience / 1000} seconds`));
    }, patience);
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#claims.set(id, { settle: resolve });
    return promise.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      this.#claims.delete(id);
    });
  }
}
