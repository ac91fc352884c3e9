import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Reader } from "../../test/readme/reader.ts";
import { describeOnEveryServer } from "../../test/servers/every-server.ts";

const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");

test("the guide shows lines of these very files", () => {
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts"))
    .map(read);
  const shown = [...read("README.md").matchAll(/^```ts\n([\s\S]+?)^```/gm)].map(([, code = ""]) => code);
  expect(shown.length).toBeGreaterThan(4);
  expect(shown.filter((code) => !sources.some((source) => source.includes(code)))).toEqual([]);
});

describeOnEveryServer("a reader of the guide", ({ shared, test }) => {
  test("builds, mounts and uses the plugin as it says", async () => {
    const server = shared();
    using reader = new Reader(server);
    const root = join(import.meta.dirname, "../..");
    const { seen, told, exitCodes } = await reader.follow("examples/random-words/README.md", root);
    expect(seen).toBe(told);
    expect(exitCodes).toEqual(exitCodes.map(() => 0));

    const { data } = await server.cliJson<{ data: { phrase: string } }>(["read", "random-words/phrase/fruit"]);
    expect(data.phrase).toMatch(/^(apple|pear|plum)( (apple|pear|plum)){3}$/);
    expect((await server.cli(["path-help", "random-words/phrase/fruit"])).stdout).toContain("How many words.");
    const { exitCode, stderr } = await server.cli(["read", "random-words/phrase/nuts"], { mayFail: true });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("list 'nuts' does not exist: write its words to lists/nuts");

    const help = spawnSync(join(server.pluginDirectory, "random-words"), ["--help"], { encoding: "utf8" }).stdout;
    expect(help).toStartWith(
      "vault-plugin-secrets-random-words v0.1.0: a source of random phrases, for HashiCorp Vault",
    );
    expect(help).toContain("vault secrets enable -path=random-words random-words");
  });
});
