import { beforeAll, expect, test } from "bun:test";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mountAsInTheReadme, tokenWithPolicy } from "../../test/readme/example-mount.ts";
import { Reader } from "../../test/readme/reader.ts";
import { describeOnEveryServer, describeOnRealServers } from "../../test/servers/every-server.ts";
import { eventually } from "../../test/stories/cognito-world.ts";
import { worldOfAStory } from "../../test/stories/world-of-a-story.ts";

const environment = join(import.meta.dirname, "../../.cache/examples/python");

/** The Python of an environment with hvac; undefined where none can be made. */
function pythonWithHvac(): string | undefined {
  const python = join(environment, "bin/python");
  const hasHvac = () => existsSync(python) && spawnSync(python, ["-c", "import hvac"]).status === 0;
  if (hasHvac() || Bun.which("python3") === null) return hasHvac() ? python : undefined;
  const requirements = join(import.meta.dirname, "requirements.txt");
  const options = { timeout: 60_000 };
  spawnSync("python3", ["-m", "venv", environment], options);
  spawnSync(python, ["-m", "pip", "install", "--quiet", "-r", requirements], options);
  return hasHvac() ? python : undefined;
}

const node = Bun.which("node");
const python = pythonWithHvac();

describeOnEveryServer("tests of an application", ({ shared, test: testOnServer }) => {
  const world = worldOfAStory();
  beforeAll(async () => {
    await mountAsInTheReadme(shared(), world());
  });

  const run = (command: string, args: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const env = { PATH: process.env.PATH ?? "", VAULT_ADDR: shared().address, VAULT_TOKEN: shared().rootToken };
      execFile(command, args, { cwd: import.meta.dirname, env }, (error, stdout, stderr) =>
        error === null ? resolve(stdout + stderr) : reject(new Error(stdout + stderr)),
      );
    });
  const life = () =>
    world()
      .emulator.calls.map(({ action }) => action)
      .filter((action) => /^Admin(Cre|Del)/.test(action));
  const expectOneUserThatIsGone = async (before: number) => {
    await eventually("no user is left", () => world().userPool.usernames().length === 0);
    expect(life().slice(before)).toEqual(["AdminCreateUser", "AdminDeleteUser"]);
  };

  if (node === null) missing("Node.js tests", "no node on PATH");
  else
    testOnServer("in Node.js take a user and give it back", async () => {
      const before = life().length;
      expect(await run(node, ["--test", "app-tests.mjs"])).toMatch(/pass 1\b/);
      await expectOneUserThatIsGone(before);
    });

  if (python === undefined) missing("Python tests", "no Python with hvac, and none could be made from PyPI");
  else
    testOnServer("in Python take a user and give it back", async () => {
      const before = life().length;
      expect(await run(python, ["app_tests.py"])).toContain("Ran 1 test");
      await expectOneUserThatIsGone(before);
    });
});

describeOnRealServers("a CI job", ({ shared }) => {
  const world = worldOfAStory();
  beforeAll(async () => {
    await mountAsInTheReadme(shared(), world());
  });

  test("has a user while its command runs, as the example says", async () => {
    using reader = new Reader(shared());
    const { seen, told } = await reader.follow("examples/test-users/README.md", import.meta.dirname);
    expect(seen).toBe(told);
    await eventually("no user is left", () => world().userPool.usernames().length === 0);
  });

  test("that fails says so, and leaves no user", async () => {
    using reader = new Reader(shared());
    const { exitCode } = await reader.type("./ci-job.sh sh -c 'exit 7'", import.meta.dirname);
    expect(exitCode).toBe(7);
    await eventually("no user is left", () => world().userPool.usernames().length === 0);
  });

  test("needs no more rights than its policy gives", async () => {
    const policy = readFileSync(join(import.meta.dirname, "policy.hcl"), "utf8");
    const token = await tokenWithPolicy(shared(), "job", policy);
    const { stdout } = await shared().cli(["read", "-field=username", "cognito/creds/my-cognito-user"], { token });
    expect(stdout).toContain("@example.com");
    await shared().cli(["token", "revoke", "-self"], { token });
    await eventually("no user is left", () => world().userPool.usernames().length === 0);
  });
});

function missing(what: string, reason: string): void {
  // biome-ignore lint/suspicious/noSkippedTests: a machine without it cannot run the example, and the report says so.
  test.skip(`${what} (skipped: ${reason})`, () => undefined);
}
