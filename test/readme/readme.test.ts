import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { describeOnEveryServer } from "../servers/every-server.ts";
import type { RealServer } from "../servers/real-server.ts";
import { executable } from "../stories/cognito-world.ts";
import { type AwsOfTheReadme, awsOfTheReadme } from "./aws-of-the-readme.ts";
import { actionsOfThePolicy, runnableSteps } from "./documents.ts";
import { masked } from "./mask.ts";
import { runInOneShell } from "./shell-session.ts";

const pluginDirectory = "/etc/vault.d/plugins";
const releaseFile = /vault-plugin-secrets-cognito-linux-amd64/g;

if (Bun.which("openssl") === null) {
  const reason = "the emulator needs the openssl command to have AWS's host names";
  // biome-ignore lint/suspicious/noSkippedTests: a machine without it cannot run the story, and the report says so.
  test.skip(`a reader who types the README's commands (skipped: ${reason})`, () => undefined);
} else {
  const aws = await awsOfTheReadme(actionsOfThePolicy());
  afterAll(() => aws.close());
  tellStory(aws);
}

function tellStory(aws: AwsOfTheReadme): void {
  describeOnEveryServer(
    "a reader who types the README's commands",
    ({ shared, test }) => {
      let folder = "";
      beforeAll(() => {
        folder = mkdtempSync(join(tmpdir(), "reader-"));
        for (const name of ["bin", "downloads"]) mkdirSync(join(folder, name));
        symlinkSync(shared().commandLine, join(folder, "bin/vault"));
        for (const name of [basename(executable), "checksums.txt"]) {
          symlinkSync(join(dirname(executable), name), join(folder, "downloads", name));
        }
      });
      afterAll(() => rmSync(folder, { recursive: true }));

      test("sees what it says, with an access key that may do what its policy allows", async () => {
        const steps = runnableSteps("README.md");
        const before = aws.emulator.calls.length;
        const results = await runInOneShell(
          steps.map(({ command }) => here(command, shared())),
          { cwd: join(folder, "downloads"), env: environmentOf(shared(), folder) },
        );
        const seen = steps.map(({ command }, index) => told(command, results[index]?.output ?? ""));
        expect(seen.join("\n")).toBe(steps.map(({ command, output }) => told(command, output.join("\n"))).join("\n"));
        expect(results.map(({ exitCode }) => exitCode)).toEqual(steps.map(() => 0));
        expect(actionsUsed(aws, before)).toEqual(actionsOfThePolicy().toSorted());
        // The mount under "Limits" has one of its own.
        expect(shared().pluginPids()).toHaveLength(2);
      });
    },
    { env: aws.environment },
  );
}

function told(command: string, output: string): string {
  return `$ ${command}\n${masked(output)}`;
}

/** The command with the places of this machine and this server. */
function here(command: string, server: RealServer): string {
  return command.replaceAll(pluginDirectory, server.pluginDirectory).replaceAll(releaseFile, basename(executable));
}

function environmentOf(server: RealServer, folder: string): Readonly<Record<string, string>> {
  const { address, rootToken } = server;
  const env = { PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder };
  return { ...env, VAULT_ADDR: address, BAO_ADDR: address, VAULT_TOKEN: rootToken, BAO_TOKEN: rootToken };
}

function actionsUsed({ emulator }: AwsOfTheReadme, since: number): readonly string[] {
  const names = emulator.calls
    .slice(since)
    .map(({ action }) => action)
    .filter((action) => action.startsWith("Admin"));
  return [...new Set(names.map((name) => `cognito-idp:${name}`))].sort();
}
