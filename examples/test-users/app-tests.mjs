import assert from "node:assert/strict";
import { test } from "node:test";
import { withUser } from "./with-user.mjs";

/** Stands for the application: what it would find in the token that it is called with. */
function groupsOf(accessToken) {
  return JSON.parse(Buffer.from(accessToken.split(".")[1], "base64url"))["cognito:groups"];
}

test("a reader may read", () =>
  withUser("my-cognito-user", ({ access_token }) => {
    assert.deepEqual(groupsOf(access_token), ["readers"]);
  }));
