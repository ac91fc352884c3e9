import { afterAll, test } from "bun:test";
import { describeOnEveryServer, type ServersOfAStory } from "../servers/every-server.ts";
import { type AwsOfTheReadme, awsOfTheReadme } from "./aws-of-the-readme.ts";

/**
 * Tells a story on every server, each of which finds the emulator where AWS would be. Without the openssl command, which makes the
 * emulator's certificates, it is skipped, visibly.
 * @param allow what the documents' access key may do: IAM actions
 */
export async function describeWithAws(
  story: string,
  allow: readonly string[],
  tell: (servers: ServersOfAStory, aws: AwsOfTheReadme) => void,
): Promise<void> {
  if (Bun.which("openssl") === null) {
    // biome-ignore lint/suspicious/noSkippedTests: a machine without it cannot run the story, and the report says so.
    test.skip(`${story} (skipped: AWS's host names need the openssl command)`, () => undefined);
    return;
  }
  const aws = await awsOfTheReadme(allow);
  afterAll(() => aws.close());
  describeOnEveryServer(story, (servers) => tell(servers, aws), { env: aws.environment });
}
