import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type CognitoEmulator, startCognitoEmulator } from "../../../dev/cognito-emulator/index.ts";
import { complaints } from "../known-differences/differences.ts";
import { calls } from "./calls.ts";
import { callDifferences } from "./compare.ts";
import knownDifferences from "./differences.json" with { type: "json" };
import { makeCalls } from "./make-calls.ts";
import { MotoServer } from "./moto-server.ts";
import { peerAt } from "./peer.ts";

const missing = await MotoServer.missing();
if (missing === undefined || process.env["REQUIRE_SERVERS"]) {
  describe("the emulator beside moto", tellStory);
} else {
  // biome-ignore lint/suspicious/noSkippedTests: a machine without Python or PyPI cannot run moto, and the report says so.
  test.skip(`the emulator beside moto (skipped: ${missing})`, () => undefined);
}

function tellStory(): void {
  let emulator: CognitoEmulator;
  let moto: MotoServer;

  beforeAll(async () => {
    [emulator, moto] = await Promise.all([startCognitoEmulator(), MotoServer.start()]);
  });

  afterAll(() => Promise.all([emulator?.close(), moto?.stop()]));

  test("answers every call with the same fields and refuses with the same names", async () => {
    const identity = { subject: "vault", audience: "sts.amazonaws.com" };
    const role = emulator.createRole({ name: "vault", webIdentity: identity });
    const given = { roleArn: role.arn, webIdentityToken: emulator.webIdentityToken(identity) };
    const ours = await makeCalls(peerAt(emulator.url, emulator.credential), given);
    const theirs = await makeCalls(peerAt(moto.url, emulator.credential), given);
    expect(Object.keys(ours)).toHaveLength(calls.length);
    expect(complaints(callDifferences(theirs, ours), knownDifferences)).toEqual([]);
  }, 60_000);
}
