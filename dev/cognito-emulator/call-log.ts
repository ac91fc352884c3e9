import type { Clock } from "./clock.ts";
import type { CallDescription, ServiceName } from "./service.ts";

/** One call as it came in. Holds no password, token, session or secret. */
export interface RecordedCall extends CallDescription {
  readonly service: ServiceName;
  /** Milliseconds since the epoch, by the emulator's clock. */
  readonly time: number;
  /** Position among all arrivals and endings: two calls overlapped when each began before the other ended. */
  readonly began: number;
  /** Undefined while it is under way, or for good when its client went away. */
  readonly ended: number | undefined;
  /** "ok", the class of the error, or "fault: …"; undefined while under way. */
  readonly outcome: string | undefined;
}

type OpenCall = { -readonly [K in keyof RecordedCall]: RecordedCall[K] };

export class CallLog {
  readonly calls: RecordedCall[] = [];
  readonly #clock: Clock;
  #tick = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(service: ServiceName, description: CallDescription): (outcome: string) => void {
    this.#tick += 1;
    const call: OpenCall = {
      ...description,
      service,
      time: this.#clock.now(),
      began: this.#tick,
      ended: undefined,
      outcome: undefined,
    };
    this.calls.push(call);
    return (outcome) => {
      this.#tick += 1;
      call.ended = this.#tick;
      call.outcome = outcome;
    };
  }

  clear(): void {
    this.calls.length = 0;
  }
}
