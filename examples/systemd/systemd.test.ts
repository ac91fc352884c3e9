import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const analyze = Bun.which("systemd-analyze");

/** What systemd says of a server's unit with this drop-in. */
function verify(dropIn: (folder: string) => void): string {
  const units = mkdtempSync(join(tmpdir(), "units-"));
  try {
    const folder = join(units, "vault.service.d");
    mkdirSync(folder);
    writeFileSync(join(units, "vault.service"), "[Service]\nExecStart=/bin/true\n");
    dropIn(folder);
    const { stdout, stderr } = spawnSync(analyze ?? "", ["verify", "--man=no", join(units, "vault.service")], {
      encoding: "utf8",
      env: { PATH: process.env.PATH ?? "", SYSTEMD_UNIT_PATH: `${units}:` },
    });
    return (stdout + stderr)
      .split("\n")
      .filter((line) => line.includes("vault.service"))
      .join("\n");
  } finally {
    rmSync(units, { recursive: true });
  }
}

if (analyze === null) {
  // biome-ignore lint/suspicious/noSkippedTests: a machine without systemd cannot check it, and the report says so.
  test.skip("the drop-in (skipped: no systemd-analyze on PATH)", () => undefined);
} else {
  test("systemd takes every line of the drop-in", () => {
    expect(
      verify((folder) => copyFileSync(join(import.meta.dirname, "cognito.conf"), join(folder, "cognito.conf"))),
    ).toBe("");
  });

  test("a line that it does not take would be found", () => {
    const wrong = (folder: string) =>
      writeFileSync(join(folder, "cognito.conf"), "[Service]\nEnviroment=AWS_REGION=x\n");
    expect(verify(wrong)).toContain("Enviroment");
  });
}
