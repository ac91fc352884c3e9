import { randomBytes } from "node:crypto";
import { ManualClock } from "../../framework/testing/manual-clock.ts";
import { requestMilliseconds, startBudget } from "../request-budget.ts";
import { RequestLimits } from "../request-limits.ts";
import { type AccessToken, requestToken, type TokenRequest } from "../token-endpoint.ts";

/** With characters that need encoding wherever it goes. */
export const clientSecret = "s3cret/with+odd=chars&:%";
export const token = { access_token: "access-1", token_type: "Bearer", expires_in: 3600 };

export type Reply = (request: Request) => Response | Promise<Response>;

export const reply =
  (status: number, body: unknown): Reply =>
  () =>
    Response.json(body ?? null, { status });

/** A token endpoint in the place of fetch that answers as a test scripts it, in turn; the last reply repeats. */
export class ScriptedTokenEndpoint {
  readonly clock = new ManualClock();
  readonly asked: Request[] = [];
  #replies: Reply[] = [reply(200, token)];

  answers(...replies: readonly Reply[]): this {
    this.#replies = [...replies];
    return this;
  }

  ask(over: Partial<TokenRequest> = {}, { maxRetries = 2 } = {}): Promise<AccessToken> {
    const settings = {
      clock: this.clock,
      random: randomBytes,
      maxRetries,
      fetch: this.#fetch,
      callTimeout: 30_000,
      requestLimits: new RequestLimits(this.clock),
      owner: this,
    };
    const request: TokenRequest = {
      domain: "auth.example.com",
      clientId: "client:1",
      clientSecret,
      scopes: [],
      authStyle: "in_header",
      ...over,
    };
    return this.clock.settle(requestToken(settings, request, startBudget(this.clock, requestMilliseconds)));
  }

  readonly #fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    this.asked.push(new Request(String(input), init));
    const answer = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
    if (answer === undefined) throw new Error("nothing scripted");
    return answer(new Request(String(input), init));
  };
}
