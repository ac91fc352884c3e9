import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { InternalError, LoggedError, UserError } from "../framework/errors.ts";
import { describeThrown } from "./describe-thrown.ts";

describe("what the operator reads of a thrown value", () => {
  test("the sentence, and what it was caused by, with codes", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:443"), { code: "ECONNREFUSED" });
    const cause = new TypeError("fetch failed", { cause: refused });
    expect(describeThrown(new InternalError("AdminGetUser failed: the network", { cause }))).toBe(
      "InternalError: AdminGetUser failed: the network; caused by TypeError: fetch failed; " +
        "caused by Error (ECONNREFUSED): connect ECONNREFUSED 127.0.0.1:443",
    );
  });

  test("names behind quotation marks, in sentences of ours only", () => {
    const sentence = 'stored role "app": "ttl" has a value of the wrong type';
    expect(describeThrown(new LoggedError(sentence))).toBe(`LoggedError: ${sentence}`);
    expect(describeThrown(new Error(sentence))).toBe("Error: stored role");
  });

  test("every failure of several at once", () => {
    const thrown = new AggregateError([new InternalError("first"), new InternalError("second")], "two failed");
    expect(describeThrown(thrown)).toBe(
      "AggregateError: two failed; caused by InternalError: first; caused by InternalError: second",
    );
  });

  const hunter2 = "hunter2";
  test.each<[string, unknown]>([
    ["a thrown text", hunter2],
    ["a thrown object", { password: hunter2 }],
    ["a thrown object as a cause", new Error("outer", { cause: { password: hunter2 } })],
    ["a JSON parser's quote", new SyntaxError(`Unexpected identifier ${hunter2}`)],
    ["a refused header", new TypeError(`Header 'authorization' has invalid value: 'Basic ${hunter2}'`)],
    [
      "a refused header with a line break",
      new TypeError(`Header 'authorization' has invalid value: 'Basic \n${hunter2}`),
    ],
    ["a URL in double quotes", new TypeError(`"https://user:${hunter2}@host" cannot be parsed as a URL`)],
    [
      "what AWS says of a signature",
      new Error(`does not match.\n\nThe Canonical String\nx-amz-security-token:${hunter2}`),
    ],
    ["a code that is none", Object.assign(new Error("failed"), { code: `secret ${hunter2}` })],
  ])("%s does not show a secret", (_, thrown) => {
    expect(describeThrown(thrown)).not.toContain(hunter2);
  });

  test("an apostrophe in a word does not end the message", () => {
    expect(describeThrown(new Error("the server didn't answer"))).toBe("Error: the server didn't answer");
  });

  test("a line has no stack, no line break and an end", () => {
    let thrown = new InternalError("deepest");
    for (let depth = 0; depth < 100; depth++)
      thrown = new InternalError(`at\n${"x".repeat(10_000)}`, { cause: thrown });
    const text = describeThrown(thrown);
    expect(text).not.toMatch(/\n/);
    expect(text.length).toBeLessThan(8 * 600);
  });

  test("causes that go in a circle end", () => {
    const thrown = new InternalError("round");
    thrown.cause = thrown;
    expect(describeThrown(thrown)).toBe("InternalError: round");
  });

  test("whatever is thrown can be described", () => {
    fc.assert(fc.property(fc.anything(), (thrown) => expect(describeThrown(thrown)).toBeString()));
    const hostile = new Proxy(new UserError("x"), {
      get() {
        throw new Error("no");
      },
    });
    expect(describeThrown(hostile)).toBe("an error that cannot be described");
  });
});
