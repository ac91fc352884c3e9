import { describe, expect, test } from "bun:test";
import { FailedAnswer, readAnswer } from "./cognito-answer.ts";
import { TooLargeError } from "./read-body.ts";

const circumstances = { clockCorrected: false };

const read = (body: string, init: ResponseInit = {}) => readAnswer(new Response(body, init), circumstances);

async function failureOf(body: string, init: ResponseInit): Promise<FailedAnswer> {
  const failure = await read(body, init).catch((thrown: unknown) => thrown);
  if (!(failure instanceof FailedAnswer)) throw new Error("it did not fail as an answer");
  return failure;
}

describe("an answer", () => {
  test("is what came, an empty body being nothing at all", async () => {
    expect(await read('{"User":{"Username":"änn"}}')).toEqual({ User: { Username: "änn" } });
    expect(await read("")).toEqual({});
  });

  test("that is no JSON object cannot be read, whoever sent it", async () => {
    for (const body of ["null", "1", '"text"', "[]", '{"User":', "<html>", "\uFEFF{}"]) {
      expect(await failureOf(body, { status: 200 })).toMatchObject({ status: 200, code: undefined });
    }
  });

  test("without an end is not read to its end", async () => {
    await expect(read("x".repeat(1_000_001))).rejects.toThrow(TooLargeError);
  });
});

describe("a refusal", () => {
  test.each([
    ['{"__type":"UsernameExistsException","message":"ann"}', {}],
    ['{"__type":"com.amazonaws.cognito.identity.idp.model#UsernameExistsException"}', {}],
    ['{"__type":"UsernameExistsException:http://internal.amazon.com/coral/"}', {}],
    ['{"code":"UsernameExistsException"}', {}],
    ['{"message":"ann"}', { "x-amzn-errortype": "UsernameExistsException:" }],
    ['{"__type":"Userna', { "x-amzn-errortype": "UsernameExistsException" }],
  ])("is known by its class: %s %o", async (body, headers: Record<string, string>) => {
    const failure = await failureOf(body, { status: 400, headers: { ...headers, "x-amzn-requestid": "11-aa" } });
    expect(failure).toMatchObject({ status: 400, code: "UsernameExistsException", requestId: "11-aa" });
    expect(`${failure}${JSON.stringify(failure)}`).not.toContain("ann");
  });

  test.each(['{"__type":"<b>no word</b>"}', '{"__type":400}', '{"__type":""}', "<html>", "", "[]"])(
    "that names no class has none: %s",
    async (body) => {
      expect((await failureOf(body, { status: 400 })).code).toBeUndefined();
    },
  );

  test("may be a redirect, which nobody follows", async () => {
    expect(await failureOf("", { status: 302, headers: { location: "https://elsewhere.example" } })).toMatchObject({
      status: 302,
      code: undefined,
    });
  });
});
