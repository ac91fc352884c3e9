import { expect, test } from "bun:test";
import { answerByHand } from "./run-by-hand.ts";

const file = { name: "toy", summary: "a toy", version: "1.2.3", path: import.meta.path };

test("a person gets help and version with one dash too, as of the server's own commands", () => {
  for (const option of ["--help", "-help", "-h"]) {
    expect(answerByHand([option], file)).toMatchObject({ stream: "stdout", exitCode: 0 });
  }
  for (const option of ["--version", "-version"]) {
    expect(answerByHand([option], file).text).toBe("vault-plugin-secrets-toy v1.2.3\n");
  }
  expect(answerByHand([], file)).toMatchObject({ stream: "stderr", exitCode: 1 });
});
