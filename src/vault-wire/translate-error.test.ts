import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  InternalError,
  RateLimitedError,
  ReadOnlyError,
  UnsupportedOperationError,
  UnsupportedPathError,
  UserError,
} from "../framework/errors.ts";
import type { Operation } from "../framework/request.ts";
import { HandleRequestReply } from "./gen/backend.ts";
import { readAsHost } from "./testing/read-as-host.ts";
import { answerToExistenceCheck, answerToInitialize, answerToRequest, classify } from "./translate-error.ts";

const general = "internal error; the server's log names the cause";
const throttled = new RateLimitedError("Cognito refuses further requests for now; try again later");

/** What arrives at the host when a backend throws. */
function reply(thrown: unknown, operation: Operation): HandleRequestReply {
  const answer = answerToRequest(classify(thrown), operation);
  return HandleRequestReply.decode(HandleRequestReply.encode(answer).finish());
}

describe("what the caller sees", () => {
  test.each<[string, unknown, number, string]>([
    ["the caller's mistake", new UserError("ttl is longer than max_ttl"), 400, "ttl is longer than max_ttl"],
    ["a failure that may be told", new InternalError("AdminCreateUser timed out"), 500, "AdminCreateUser timed out"],
    ["throttling", throttled, 502, "Cognito refuses further requests for now; try again later"],
    ["a standby's storage", new ReadOnlyError(), 500, "cannot write to readonly storage"],
    ["no such path", new UnsupportedPathError(), 404, "unsupported path"],
    ["no such operation", new UnsupportedOperationError(), 405, "unsupported operation"],
    ["a defect", new TypeError("undefined is not an object"), 500, general],
    ["a thrown text", "hunter2", 500, general],
    ["a thrown nothing", undefined, 500, general],
    ["a sentence left empty", new InternalError(""), 500, general],
    ["a mistake without a sentence", new UserError(""), 400, general],
  ])("%s", (_, thrown, status, error) => {
    expect(readAsHost(reply(thrown, "update"))).toEqual({ status, error });
  });

  test("a standby's storage as the cause still tells the host to forward", () => {
    const thrown = new InternalError("cannot note what is about to be created", { cause: new ReadOnlyError() });
    expect(reply(thrown, "read").err).toMatchObject({ err_type: 0, err_msg: "cannot write to readonly storage" });
  });

  test("a caller's mistake stays one, whatever it was caused by", () => {
    const thrown = new UserError("the policy does not exist", { cause: new ReadOnlyError() });
    expect(readAsHost(reply(thrown, "read"))).toEqual({ status: 400, error: "the policy does not exist" });
  });
});

describe("renew and revoke", () => {
  const thrown: readonly unknown[] = [
    new UserError("role 'app' does not exist"),
    new InternalError("AdminDeleteUser failed: the network"),
    throttled,
    new ReadOnlyError(),
    new UnsupportedPathError(),
    new UnsupportedOperationError(),
    new Error("defect"),
    "text",
    undefined,
  ];
  test.each(["renew", "revoke"] as const)(
    "a failed %s is always tried again, and the log has the sentence",
    (operation) => {
      for (const one of thrown) {
        const { response, err } = reply(one, operation);
        // vault/expiration.go: other types make the lease irrevocable; a response is logged as Go prints structures.
        expect(response).toBeUndefined();
        expect(err?.err_type).toBe(0);
        expect(err?.err_msg).toContain(classify(one).sentence);
      }
    },
  );

  test("an unsupported revoke does not read like an unsupported path of the host", () => {
    expect(reply(new UnsupportedOperationError(), "renew").err?.err_msg).toBe(
      "this engine cannot renew the lease: unsupported operation",
    );
  });
});

describe("rollback", () => {
  test("a failure is an error, since hosts drop error responses of a rollback", () => {
    for (const thrown of [
      new UserError("x"),
      new InternalError("x"),
      throttled,
      new Error("x"),
      new UnsupportedPathError(),
    ]) {
      const { response, err } = reply(thrown, "rollback");
      expect(response).toBeUndefined();
      expect(err).toMatchObject({ err_type: 0, err_msg: classify(thrown).sentence });
    }
  });

  test("hosts stay silent about a backend without rollback, and about a standby", () => {
    expect(reply(new UnsupportedOperationError(), "rollback").err?.err_type).toBe(5);
    expect(reply(new ReadOnlyError(), "rollback").err).toMatchObject({
      err_type: 0,
      err_msg: "cannot write to readonly storage",
    });
  });
});

describe("the existence check before a write", () => {
  test.each<[string, unknown, number, string]>([
    ["the caller's mistake", new UserError("name is not valid"), 1, "name is not valid"],
    ["no such path", new UnsupportedPathError(), 6, "unsupported path"],
    ["no such operation", new UnsupportedOperationError(), 6, "unsupported operation"],
    ["a standby's storage", new ReadOnlyError(), 0, "cannot write to readonly storage"],
    ["a failure that may be told", new InternalError("storage is slow"), 0, "storage is slow"],
    ["a defect", new Error("defect"), 0, general],
  ])("%s", (_, thrown, err_type, err_msg) => {
    expect(answerToExistenceCheck(classify(thrown))).toEqual({ err_type, err_msg, err_code: 0n });
  });
});

test("a failed start of a mount is told as it is", () => {
  expect(answerToInitialize(classify(new UserError("region is missing")))).toEqual({
    err_type: 0,
    err_msg: "region is missing",
    err_code: 0n,
  });
});

test("whatever is thrown, whatever for, the host sees a failure", () => {
  const operations: Operation[] = ["create", "read", "update", "patch", "delete", "list", "help", "renew", "revoke"];
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...operations), (thrown, operation) => {
      const { status, error } = readAsHost(reply(thrown, operation));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(error).toBeTruthy();
    }),
  );
});
