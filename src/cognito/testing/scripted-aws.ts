import { isJsonObject, type JsonObject } from "../../framework/index.ts";

/** One request that the engine sent to Cognito or STS. */
export interface SentRequest {
  /** "AdminCreateUser", "AssumeRole". */
  readonly call: string;
  readonly host: string;
  /** Cognito's JSON, or the form of STS as an object. */
  readonly input: JsonObject;
  /** Of the credentials that signed it. */
  readonly accessKeyId: string;
  readonly signal: AbortSignal;
}

export type Answer = (request: SentRequest) => Response | Promise<Response>;

/**
 * AWS as far as a test scripts it, in the place of fetch: what each call answers, in turn; the last answer repeats.
 * For the order and the cutting of calls; what Cognito itself does is the emulator's part.
 */
export class ScriptedAws {
  readonly requests: SentRequest[] = [];
  readonly #answers = new Map<string, Answer[]>();
  #unanswered = 0;

  /** Requests that wait for their answer. */
  get unanswered(): number {
    return this.#unanswered;
  }

  on(call: string, ...answers: readonly Answer[]): this {
    this.#answers.set(call, [...answers]);
    return this;
  }

  calls(): readonly string[] {
    return this.requests.map(({ call }) => call);
  }

  of(call: string): readonly SentRequest[] {
    return this.requests.filter((request) => request.call === call);
  }

  readonly fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const sent = await readRequest(
      input instanceof Request ? new Request(input, init) : new Request(String(input), init),
    );
    this.requests.push(sent);
    const answers = this.#answers.get(sent.call) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) throw new Error(`nothing scripted for ${sent.call}`);
    this.#unanswered += 1;
    try {
      return await answer(sent);
    } finally {
      this.#unanswered -= 1;
    }
  };
}

async function readRequest(request: Request): Promise<SentRequest> {
  const text = await request.text();
  const target = request.headers.get("x-amz-target")?.split(".").at(1);
  const input: unknown = target === undefined ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
  if (!isJsonObject(input)) throw new Error("the request is not an object");
  return {
    call: target ?? String(input["Action"]),
    host: new URL(request.url).host,
    input,
    accessKeyId: /Credential=([^/]+)/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "",
    signal: request.signal,
  };
}

/** An answer with this body. */
export const ok =
  (body: JsonObject = {}): Answer =>
  () =>
    Response.json(body);

/** AWS says no, naming a user in its message as AWS does. */
export const refusal =
  (code: string, status = 400): Answer =>
  (request) =>
    Response.json({ __type: code, message: `refused for ${String(request.input["Username"])}` }, { status });

export const status =
  (code: number, body = "<html>a proxy speaks</html>"): Answer =>
  () =>
    new Response(body, { status: code });

/** The connection breaks, as Bun reports it. */
export const cut: Answer = () => Promise.reject(Object.assign(new TypeError("closed"), { code: "ECONNRESET" }));

export const refusedConnection: Answer = () =>
  Promise.reject(Object.assign(new TypeError("no"), { code: "ECONNREFUSED" }));

/** Never answers; ends only when the caller gives up. */
export const hang: Answer = ({ signal }) =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/** Answers when the test opens the gate. */
export class Gate {
  readonly #opened = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();

  /** Resolves when a request stands before the gate. */
  readonly reached = this.#reached.promise;

  open(): void {
    this.#opened.resolve();
  }

  before(answer: Answer): Answer {
    return async (request) => {
      this.#reached.resolve();
      await this.#opened.promise;
      return answer(request);
    };
  }
}

/** Credentials from STS, told apart by their access key. */
export const assumed =
  (accessKeyId: string, expiration: Date): Answer =>
  ({ call }) =>
    new Response(
      `<${call}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${call}Result><Credentials>
        <AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>assumed-secret</SecretAccessKey>
        <SessionToken>assumed-session</SessionToken><Expiration>${expiration.toISOString()}</Expiration>
      </Credentials></${call}Result></${call}Response>`,
      { headers: { "content-type": "text/xml" } },
    );

/** STS says no. */
export const stsRefusal =
  (code: string, status = 403): Answer =>
  () =>
    new Response(
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>
      <Message>User: arn:aws:iam::1:user/vault is not authorized</Message></Error><RequestId>sts-1</RequestId></ErrorResponse>`,
      { status, headers: { "content-type": "text/xml" } },
    );
