import { expect, setDefaultTimeout } from "bun:test";
import { symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { executable } from "../stories/cognito-world.ts";
import type { AwsOfTheReadme } from "./aws-of-the-readme.ts";
import { describeWithAws } from "./describe-with-aws.ts";
import { actionsOfThePolicy } from "./documents.ts";
import { Reader } from "./reader.ts";

// Files of a hundred megabytes are copied and hashed many times.
setDefaultTimeout(180_000);

await describeWithAws("a reader who types the README's commands", actionsOfThePolicy(), ({ shared, test }, aws) => {
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
});

function actionsUsed({ emulator }: AwsOfTheReadme, since: number): readonly string[] {
  const names = emulator.calls
    .slice(since)
    .map(({ action }) => action)
    .filter((action) => action.startsWith("Admin"));
  return [...new Set(names.map((name) => `cognito-idp:${name}`))].sort();
}
