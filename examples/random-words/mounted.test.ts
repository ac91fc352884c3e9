import { beforeAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeOnEveryServer } from "../../test/servers/every-server.ts";

let executable = "";
beforeAll(() => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "build.ts")], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  executable = join(import.meta.dirname, "../..", stdout.trim());
});

test("a person who starts the executable is told how to install it", () => {
  const { stdout } = spawnSync(executable, ["--help"], { encoding: "utf8" });
  expect(stdout).toStartWith(
    "vault-plugin-secrets-random-words v0.1.0: a source of random phrases, for HashiCorp Vault",
  );
  expect(stdout).toContain("vault secrets enable -path=random-words random-words");
});

describeOnEveryServer("a plugin of the reader's own", ({ shared, test }) => {
  test("is mounted, written to and read", async () => {
    const server = shared();
    await server.registerPlugin({ name: "random-words", file: executable });
    await server.cli(["secrets", "enable", "random-words"]);
    await server.cli(["write", "random-words/lists/fruit", "words=apple,pear,plum"]);
    const { data } = await server.cliJson<{ data: { phrase: string } }>([
      "read",
      "random-words/phrase/fruit",
      "count=3",
    ]);
    expect(data.phrase).toMatch(/^(apple|pear|plum)( (apple|pear|plum)){2}$/);
    expect((await server.cli(["path-help", "random-words/phrase/fruit"])).stdout).toContain("How many words.");
    const { exitCode, stderr } = await server.cli(["read", "random-words/phrase/nuts"], { mayFail: true });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("list 'nuts' does not exist: write its words to lists/nuts");
  });
});
