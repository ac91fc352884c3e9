import { describe, expect, test } from "bun:test";
import { InternalError, RateLimitedError, UserError } from "../framework/index.ts";
import { clientSecret, type Reply, reply, ScriptedTokenEndpoint, token } from "./testing/scripted-token-endpoint.ts";
import { everythingIn, failureOf } from "./testing/user-making.ts";

const endpoint = (...replies: readonly Reply[]) => {
  const scripted = new ScriptedTokenEndpoint();
  return replies.length === 0 ? scripted : scripted.answers(...replies);
};

const formOf = async (request: Request | undefined) => Object.fromEntries(new URLSearchParams(await request?.text()));

describe("a token", () => {
  test("is asked for with a POST whose body is a form and whose header names the client", async () => {
    const scripted = endpoint();
    expect(await scripted.ask({ scopes: ["api/read", "api/write"] })).toEqual({
      accessToken: "access-1",
      expiresIn: 3600,
      tokenType: "Bearer",
    });
    const request = scripted.asked[0];
    expect([request?.method, request?.url]).toEqual(["POST", "https://auth.example.com/oauth2/token"]);
    expect(request?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    // RFC 6749 §2.3.1: "client%3A1:s3cret%2Fwith%2Bodd%3Dchars%26%3A%25" in base64.
    expect(request?.headers.get("authorization")).toBe(
      "Basic Y2xpZW50JTNBMTpzM2NyZXQlMkZ3aXRoJTJCb2RkJTNEY2hhcnMlMjYlM0ElMjU=",
    );
    expect(await formOf(request)).toEqual({ grant_type: "client_credentials", scope: "api/read api/write" });
  });

  test("is asked for with the client in the body when the role says so", async () => {
    const scripted = endpoint();
    await scripted.ask({ authStyle: "in_params" });
    expect(scripted.asked[0]?.headers.get("authorization")).toBeNull();
    expect(await formOf(scripted.asked[0])).toEqual({
      grant_type: "client_credentials",
      client_id: "client:1",
      client_secret: clientSecret,
    });
  });
});

describe("an endpoint that says no", () => {
  const checkClient = "check app_client_id, app_client_secret and auth_style of the role";
  const checkDomain = "HTTP 400; check cognito_pool_domain of the role";
  const description = (text: unknown) => reply(400, { error: "invalid_request", error_description: text });
  for (const [what, answer, sentence] of [
    ["the code", reply(400, { error: "invalid_client" }), `invalid_client; ${checkClient}`],
    ["a 401", reply(401, { error: "invalid_client" }), `invalid_client; ${checkClient}`],
    [
      "a code and a description",
      reply(400, { error: "invalid_scope", error_description: "orders/nope" }),
      "invalid_scope (orders/nope); check scopes: the app client must be allowed each of them",
    ],
    [
      "the grant",
      reply(400, { error: "unauthorized_client" }),
      "unauthorized_client; allow the client credentials grant to the app client",
    ],
    ["a description", description("no such scope"), "invalid_request (no such scope)"],
    ["no JSON", () => new Response("<html>", { status: 400 }), checkDomain],
    ["null", reply(400, null), checkDomain],
    ["odd types", reply(400, { error: ["x"], error_description: { a: 1 } }), checkDomain],
    ["a code that is a text", reply(400, { error: "<b>no</b>\nERROR forged" }), checkDomain],
    ["control characters", description("a\u001b[31m\r\nb\u2028\u202ec\u0000  d"), "invalid_request (a [31m b c d)"],
    ["a long description", description("😀".repeat(500)), `invalid_request (${"😀".repeat(200)})`],
    ["an endless description", description("\u0000".repeat(100_000)), "invalid_request"],
  ] as const) {
    test(`is quoted when it gives ${what}, and not asked again`, async () => {
      const scripted = endpoint(answer);
      const error = await failureOf(scripted.ask());
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toBe(`token request failed: ${sentence}`);
      expect(scripted.asked).toHaveLength(1);
    });
  }

  for (const authStyle of ["in_header", "in_params"] as const) {
    for (const [how, change] of [
      ["as it came", (text: string) => text],
      ["across the cut", (text: string) => "x".repeat(190) + text],
      ["spread out", (text: string) => [...text].join("\u0000")],
      ["in capitals", (text: string) => text.toUpperCase()],
      ["encoded", (text: string) => encodeURIComponent(text)],
      ["in part", () => `it begins with ${clientSecret.slice(0, 12)}`],
    ] as const) {
      test(`and echoes what it was sent ${authStyle}, ${how}, brings no secret into the error`, async () => {
        const scripted = endpoint(async (request) => {
          const basic = request.headers.get("authorization")?.slice(6) ?? "";
          const sent = `${basic} ${Buffer.from(basic, "base64")} ${await request.text()} ${clientSecret}`;
          return Response.json({ error: "invalid_client", error_description: change(sent) }, { status: 400 });
        });
        expect((await failureOf(scripted.ask({ authStyle }))).message).toBe(
          `token request failed: invalid_client; ${checkClient}`,
        );
      });
    }
  }

  test("and has the secret for an error code brings none either", async () => {
    const scripted = endpoint(reply(400, { error: "plain-secret-1" }));
    expect((await failureOf(scripted.ask({ clientSecret: "plain-secret-1" }))).message).toBe(
      `token request failed: ${checkDomain}`,
    );
  });

  test("is not there at all: the domain is what to check", async () => {
    expect((await failureOf(endpoint(reply(404, {})).ask())).message).toBe(
      "token request failed: the token endpoint answered HTTP 404; check cognito_pool_domain of the role",
    );
  });
});

describe("an answer that is no token", () => {
  for (const body of [
    { error: "invalid_client", error_description: "with status 200" },
    { ...token, access_token: "" },
    { ...token, access_token: 5 },
    { ...token, token_type: undefined },
    { ...token, expires_in: 0 },
    { ...token, expires_in: -1 },
    { ...token, expires_in: 2 ** 31 },
    { ...token, expires_in: 1e300 },
    { ...token, expires_in: "3600" },
    [],
    null,
    "text",
  ]) {
    test(`is never handed out: ${JSON.stringify(body)}`, async () => {
      const scripted = endpoint(reply(200, body));
      const error = await failureOf(scripted.ask());
      expect(error).toBeInstanceOf(InternalError);
      expect(error.message).toBe(
        "token request failed: the answer of the token endpoint is not a token; check cognito_pool_domain of the role",
      );
      // The token that is missing may have been issued, and billed.
      expect(scripted.asked).toHaveLength(1);
    });
  }
});

describe("an endpoint in trouble", () => {
  test("is asked again as often as max_retries says, then named", async () => {
    expect((await endpoint(reply(500, {}), reply(503, {}), reply(200, token)).ask()).accessToken).toBe("access-1");
    const scripted = endpoint(reply(500, {}));
    const error = await failureOf(scripted.ask());
    expect(error).toBeInstanceOf(InternalError);
    expect(error.message).toBe("token request failed: the token endpoint answered HTTP 500; try again later");
    expect(everythingIn(error)).not.toContain(clientSecret);
    expect(scripted.asked).toHaveLength(3);
  });

  test("that throttles is asked again, then named as such", async () => {
    expect((await endpoint(reply(429, {}), reply(200, token)).ask()).accessToken).toBe("access-1");
    const error = await failureOf(endpoint(reply(429, {})).ask());
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error.message).toBe("token request failed: the token endpoint throttles this account; try again later");
  });
});
