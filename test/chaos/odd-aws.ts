import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const tokens = { AccessToken: "access", IdToken: "id", RefreshToken: "refresh", ExpiresIn: 3600, TokenType: "Bearer" };
const wellBehaved: Readonly<Record<string, unknown>> = {
  AdminCreateUser: { User: { Username: "someone" } },
  AdminInitiateAuth: { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "session", ChallengeParameters: {} },
  AdminAddUserToGroup: {},
  AdminRespondToAuthChallenge: { AuthenticationResult: tokens },
  AdminDeleteUser: {},
};

/** Values where AWS's own are texts, numbers and objects; as JSON texts, since not all can be written down otherwise. */
const oddParts: readonly string[] = [
  "null",
  "true",
  "-1",
  "0",
  "1e308",
  "1e400",
  "9223372036854775808",
  '"text"',
  '""',
  '"\\u0000\\ud800"',
  "[]",
  "{}",
  '[{"a":1}]',
  '{"__proto__":{"toString":1},"constructor":1}',
  '{"toString":"not a function","then":"no"}',
  "[".repeat(3000) + "]".repeat(3000),
];

/** Bodies that are no JSON object at all. */
const oddBodies: readonly string[] = ["", "null", "1", '"text"', "[]", "{", "<html>", "\u0000", "}{", "NaN"];

/** An "AWS" that answers status 200 with whatever the next in a list says: one field of one answer, or a whole body. */
export class OddAws {
  readonly #server: Server;
  readonly #spoil: { readonly action: string; readonly body: string }[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<OddAws> {
    const server = createServer();
    const odd = new OddAws(server);
    server.on("request", (request, response) => {
      request.resume();
      const action = String(request.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(odd.#answerTo(action));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return odd;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on this action is answered so. */
  spoil(action: string, body: string): void {
    this.#spoil[0] = { action, body };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answerTo(action: string): string {
    const [spoilt] = this.#spoil;
    return spoilt?.action === action ? spoilt.body : JSON.stringify(wellBehaved[action] ?? {});
  }
}

export interface OddAnswer {
  readonly action: string;
  readonly body: string;
}

/** Every field of every answer, at any depth, with every odd value in its place; then whole bodies. */
export function oddAnswers(): OddAnswer[] {
  return Object.entries(wellBehaved).flatMap(([action, answer]) => [
    ...variants(answer).map((body) => ({ action, body })),
    ...oddBodies.map((body) => ({ action, body })),
  ]);
}

function variants(value: unknown): string[] {
  const inside =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, part]) =>
          variants(part).map((odd) => {
            const others = Object.entries(value).filter(([other]) => other !== name);
            const rest = others.map(([other, kept]) => `,${JSON.stringify(other)}:${JSON.stringify(kept)}`).join("");
            return `{${JSON.stringify(name)}:${odd}${rest}}`;
          }),
        )
      : [];
  return [...oddParts, ...inside];
}
