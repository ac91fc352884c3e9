import type { Call, FaultCase } from "./fault-case.ts";

/**
 * The way from the engine to the emulator. It knows of each request whether an answer can be expected, so that time need
 * not pass while one is on its way, and it can lead requests to a port where nobody listens.
 */
export class FaultyNetwork {
  /** Requests that an answer is on its way to. */
  answering = 0;
  /** Requests that only the end of somebody's patience can end. */
  hanging = 0;
  /** Sends of the call in trouble, since its trouble began. */
  sends = 0;
  readonly #closedPort: number;
  #trouble: FaultCase | undefined;

  constructor(closedPort: number) {
    this.#closedPort = closedPort;
  }

  begin(trouble: FaultCase): void {
    this.sends = 0;
    this.#trouble = trouble;
  }

  end(): void {
    this.#trouble = undefined;
  }

  readonly fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request ? new Request(input, init) : new Request(String(input), init);
    const trouble = this.#troubleOf(await actionOf(request));
    if (trouble === "hang" || trouble === "late") {
      this.hanging += 1;
      return fetch(request).finally(() => {
        this.hanging -= 1;
      });
    }
    this.answering += 1;
    return fetch(trouble === "refused connection" ? this.#refused(request) : request).finally(() => {
      this.answering -= 1;
    });
  };

  #troubleOf(action: string): FaultCase["trouble"]["kind"] | undefined {
    if (action !== this.#trouble?.call) return undefined;
    this.sends += 1;
    return this.sends <= this.#trouble.times ? this.#trouble.trouble.kind : undefined;
  }

  #refused(request: Request): Request {
    const url = new URL(request.url);
    url.port = String(this.#closedPort);
    return new Request(url.href, request);
  }
}

async function actionOf(request: Request): Promise<Call | string> {
  const target = request.headers.get("x-amz-target")?.split(".").at(1);
  if (target !== undefined) return target;
  if (new URL(request.url).pathname === "/oauth2/token") return "Token" satisfies Call;
  return new URLSearchParams(await request.clone().text()).get("Action") ?? "";
}
