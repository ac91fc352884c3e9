import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs a story on a machine where none of the servers can be found. */
function runStory(env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "story-"));
  try {
    writeFileSync(
      join(folder, "a.test.ts"),
      `import { expect, test } from "bun:test";
       import { describeOnEveryServer } from "${join(import.meta.dirname, "every-server.ts")}";
       describeOnEveryServer("a story", ({ shared }) => { test("is told", () => expect(shared().address).toBe("")); });`,
    );
    const absent = { VAULT_BIN: join(folder, "no-vault"), BAO_BIN: join(folder, "no-bao") };
    const result = spawnSync(process.execPath, ["test", "./a.test.ts"], {
      cwd: folder,
      env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, ...absent, ...env },
      encoding: "utf8",
    });
    return { status: result.status, output: result.stdout + result.stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a story is skipped, by name and with the reason, on a server that is missing", () => {
  const { status, output } = runStory({});
  expect(status).toBe(0);
  expect(output).toMatch(/\(skip\) a story on Vault > \(skipped: VAULT_BIN names .*no-vault, which is not/);
  expect(output).toMatch(/\(skip\) a story on OpenBao > \(skipped: BAO_BIN names .*no-bao, which is not/);
  expect(output).toMatch(
    /\(skip\) a story on the dev server > \(skipped: it is used by the command line of Vault or OpenBao/,
  );
});

test("a story fails on a server that is missing when the servers are required", () => {
  const { status, output } = runStory({ REQUIRE_SERVERS: "1" });
  expect(status).toBe(1);
  expect(output).toContain("3 fail");
  expect(output).toContain("no-vault, which is not an executable file");
});
