import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describeOnEveryServer } from "../servers/every-server.ts";
import { executable } from "../stories/cognito-world.ts";
import { type AwsOfTheReadme, awsOfTheReadme } from "./aws-of-the-readme.ts";
import { actionsOfThePolicy } from "./documents.ts";
import { Reader } from "./reader.ts";

// Files of a hundred megabytes are copied and hashed many times.
setDefaultTimeout(180_000);

const story = "a reader who types the README's commands";

if (Bun.which("openssl") === null) {
  const reason = "the emulator needs the openssl command to have AWS's host names";
  // biome-ignore lint/suspicious/noSkippedTests: a machine without it cannot run the story, and the report says so.
  test.skip(`${story} (skipped: ${reason})`, () => undefined);
} else {
  const aws = await awsOfTheReadme(actionsOfThePolicy());
  afterAll(() => aws.close());
  tellStory(aws);
}

function tellStory(aws: AwsOfTheReadme): void {
  describeOnEveryServer(
    story,
    ({ shared, test }) => {
      test("sees what it says, with an access key that may do what its policy allows", async () => {
        using reader = new Reader(shared());
        for (const name of [basename(executable), "checksums.txt"]) {
          symlinkSync(join(dirname(executable), name), join(reader.downloads, name));
        }
        const before = aws.emulator.calls.length;
        const { seen, told, exitCodes } = await reader.follow("README.md", reader.downloads);
        expect(seen).toBe(told);
        expect(exitCodes).toEqual(exitCodes.map(() => 0));
        expect(actionsUsed(aws, before)).toEqual(actionsOfThePolicy().toSorted());
        // The mount under "Limits" has one of its own.
        expect(shared().pluginPids()).toHaveLength(2);
      });
    },
    { env: aws.environment },
  );
}

function actionsUsed({ emulator }: AwsOfTheReadme, since: number): readonly string[] {
  const names = emulator.calls
    .slice(since)
    .map(({ action }) => action)
    .filter((action) => action.startsWith("Admin"));
  return [...new Set(names.map((name) => `cognito-idp:${name}`))].sort();
}
