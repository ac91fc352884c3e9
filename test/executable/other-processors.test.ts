import { describe, expect } from "bun:test";
import { existsSync } from "node:fs";
import { attempts } from "./attempts.ts";
import { outcomeOf } from "./outcome.ts";
import { testWith } from "./real-servers.ts";
import { here, shippedFiles } from "./shipped.ts";
import { StartedExecutable } from "./started-executable.ts";

const required = Boolean(process.env.REQUIRE_RELEASE);

function shipped(os: "linux", arch: "amd64" | "arm64"): { path: string; missing: string | undefined } {
  const file = shippedFiles.find(({ target }) => target.os === os && target.arch === arch && target.libc === undefined);
  const { path = "", name = "", isBuilt = false } = file ?? {};
  return { path, missing: isBuilt ? undefined : `vault/plugins/${name} is not there: make release builds it` };
}

describe("on a processor of 2008 (x86-64-v2: no AVX)", () => {
  const emulator = Bun.which("qemu-x86_64-static") ?? Bun.which("qemu-x86_64");
  const missing =
    here.os !== "linux" || here.arch !== "amd64" || here.libc !== undefined
      ? "the machine is not Linux on amd64 with glibc"
      : emulator === null
        ? "qemu-x86_64 is not installed"
        : undefined;
  testWith(missing, false, "the linux amd64 file shakes hands", async () => {
    const { path } = shipped("linux", "amd64");
    await using started = new StartedExecutable(path, { under: [emulator ?? "", "-cpu", "Nehalem"] });
    expect(await started.ready(50)).toBe("ready");
    expect(await started.end()).toBe(0);
  });
});

describe("on an arm64 processor", () => {
  const emulator = Bun.which("qemu-aarch64-static") ?? Bun.which("qemu-aarch64");
  const libraries = "/usr/aarch64-linux-gnu";
  const { path, missing: notBuilt } = shipped("linux", "arm64");
  const missing =
    emulator === null
      ? "qemu-aarch64 is not installed"
      : existsSync(`${libraries}/lib/ld-linux-aarch64.so.1`)
        ? notBuilt
        : `${libraries} has no glibc for arm64 (libc6-arm64-cross)`;
  const under = [emulator ?? "", "-L", libraries];

  testWith(
    missing,
    required && notBuilt !== undefined,
    "the linux arm64 file shakes hands, and ends when asked to",
    async () => {
      await using started = new StartedExecutable(path, { under });
      expect(await started.ready(50)).toBe("ready");
      expect(await started.end()).toBe(0);
      expect(started.files()).toEqual([]);
    },
  );

  // A crash cannot be tried: it would be the emulator's.
  const tried = attempts.filter(({ stockResists, crash }) => stockResists !== true && crash !== true);
  testWith(
    missing,
    required && notBuilt !== undefined,
    "the linux arm64 file is deaf to the same variables",
    async () => {
      for (const attempt of tried) {
        expect([attempt.name, await outcomeOf(path, attempt, under)]).toEqual([
          attempt.name,
          { state: "ready", hadItsWay: false },
        ]);
      }
    },
    150_000,
  );
});
