import { expect, test } from "bun:test";
import { HttpRequest } from "@smithy/core/protocols";
import { requestHandler } from "./aws-request-handler.ts";
import { TooLargeError } from "./read-body.ts";

const never = new AbortController().signal;

const post = new HttpRequest({
  protocol: "https:",
  hostname: "cognito-idp.eu-west-1.amazonaws.com",
  port: 8443,
  path: "/",
  query: { action: "list users", limit: "2" },
  method: "POST",
  headers: { "x-amz-target": "AWSCognitoIdentityProviderService.ListUsers" },
  body: "{}",
});

/** A server's answer without an end. */
function endless(headers: Record<string, string>) {
  const state = { chunks: 0 };
  const body = new ReadableStream({
    pull(controller) {
      state.chunks += 1;
      controller.enqueue(new Uint8Array(100_000));
    },
  });
  return { state, response: new Response(body, { headers }) };
}

test("a request goes out as the SDK made it, and is not redirected", async () => {
  const seen: unknown[] = [];
  const handler = requestHandler(
    async (input, init) => {
      seen.push(input, init);
      return new Response('{"Users":[]}', { status: 200, headers: { "x-amzn-requestid": "1" } });
    },
    () => never,
  );
  const { response } = await handler.handle(post);
  expect(seen).toEqual([
    "https://cognito-idp.eu-west-1.amazonaws.com:8443/?action=list%20users&limit=2",
    { method: "POST", headers: post.headers, body: "{}", redirect: "manual", signal: never },
  ]);
  expect(response.statusCode).toBe(200);
  expect(response.headers["x-amzn-requestid"]).toBe("1");
  expect(new TextDecoder().decode(response.body)).toBe('{"Users":[]}');
});

test("a GET has no body, as fetch would refuse it", async () => {
  const handler = requestHandler(
    async (_, init) => {
      expect(init?.body).toBeUndefined();
      return new Response("{}");
    },
    () => never,
  );
  const get = new HttpRequest({ ...post, method: "GET", body: "" });
  expect((await handler.handle(get)).response.statusCode).toBe(200);
});

test("a request ends with the signal of its limit", async () => {
  const ended = AbortSignal.abort(new Error("too late"));
  const handler = requestHandler(
    async (_, init) => {
      init?.signal?.throwIfAborted();
      return new Response("{}");
    },
    () => ended,
  );
  await expect(handler.handle(post)).rejects.toThrow("too late");
});

test("an answer that does not end is not read to the end, whatever length it claims", async () => {
  for (const headers of [{}, { "content-encoding": "identity", "content-length": "10" }]) {
    const { state, response } = endless(headers);
    const handler = requestHandler(
      async () => response,
      () => never,
    );
    await expect(handler.handle(post)).rejects.toThrow(TooLargeError);
    expect(state.chunks).toBeLessThan(15);
  }
});
