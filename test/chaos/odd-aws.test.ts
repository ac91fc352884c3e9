import { afterAll, beforeAll, expect, test } from "bun:test";
import { describeOnRealServers } from "../servers/every-server.ts";
import { mountCognito, read, write } from "../stories/cognito-world.ts";
import { worldMountedOn } from "../stories/world-of-a-story.ts";
import { OddAws, oddAnswers } from "./odd-aws.ts";

/** Each so many of the answers, told apart by server: together they try more than one. */
const every = 6;

describeOnRealServers("an AWS that answers nonsense to one mount", ({ kind, shared }) => {
  const world = worldMountedOn(shared);
  let odd: OddAws;
  beforeAll(async () => {
    odd = await OddAws.start();
    const server = shared();
    await mountCognito(server, world(), "odd");
    const { aws_secret_access_key = "" } = world().config;
    await write(server, "odd/config", {
      cognito_endpoint: odd.url,
      aws_secret_access_key,
      max_retries: 0,
      request_timeout: 5,
    });
  });
  afterAll(() => odd?.close());

  test("ends no process and touches no other mount; the answers are sentences", async () => {
    const server = shared();
    const plugins = server.pluginPids();
    const answers = oddAnswers().filter((_, index) => index % every === (kind === "vault" ? 0 : 3));
    const statuses: Record<number, number> = {};
    const bad: string[] = [];
    for (const [index, { action, body }] of answers.entries()) {
      odd.spoil(action, body);
      const beside = index % 10 === 0 ? read(server, "cognito/creds/app") : undefined;
      const answer = await server.http<{ errors?: string[] }>("GET", "odd/creds/app");
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const sentence = answer.body.errors?.join() ?? "";
      // Vault frames what comes with status 500.
      if (answer.status !== 200 && !/^(?:1 error occurred:\n\t\* )?[A-Za-z][^\n]{15,400}\n*$/.test(sentence))
        bad.push(sentence);
      if (sentence.includes("internal error")) bad.push(`${action} ${body.slice(0, 200)}: ${sentence}`);
      await beside;
    }
    console.log(`${answers.length} odd answers, statuses ${JSON.stringify(statuses)}`);
    expect(bad).toEqual([]);
    expect(answers.length).toBeGreaterThan(40);
    expect(server.pluginPids()).toEqual(plugins);
    expect(server.logText()).not.toMatch(/an error was not caught|a rejection was not handled/);
    odd.spoil("nothing", "");
    expect((await read(server, "odd/creds/app")).data.username).toBe("someone");
  });
});
