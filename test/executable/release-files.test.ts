import { afterAll, describe, expect } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseExecutables } from "../../scripts/building/base-executables.ts";
import { compileExecutable } from "../../scripts/building/build-executable.ts";
import { sha256OfFile } from "../../scripts/building/checksums.ts";
import { silencedVariables } from "../../scripts/building/silenced-variables.ts";
import { sameTarget } from "../../scripts/building/target.ts";
import { elfNeeds } from "./elf.ts";
import { machOSignature } from "./mach-o.ts";
import { testWith } from "./real-servers.ts";
import { here, root, type ShippedFile, shippedFiles } from "./shipped.ts";

const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const required = Boolean(process.env.REQUIRE_RELEASE);
const targets = shippedFiles.map(({ target }) => target).filter((target) => required || sameTarget(target, here));

/** Tells a test of a file of the release. Those for other machines may be of another day, unless a release was just made. */
function testOf({ name, target, isBuilt }: ShippedFile, what: string, tell: () => Promise<void>): void {
  const reason =
    sameTarget(target, here) || required ? undefined : "REQUIRE_RELEASE=1 tells it, right after make release";
  const missing = isBuilt ? reason : `vault/plugins/${name} is not there: make release builds it`;
  testWith(missing, required, what, tell, 120_000);
}

for (const shipped of shippedFiles) {
  const { os, arch, libc } = shipped.target;
  describe(shipped.name, () => {
    if (os === "darwin") {
      testOf(shipped, "has a signature that fits every byte of it", async () => {
        expect(machOSignature(shipped.path)).toMatchObject({
          machine: arch,
          isAdHoc: true,
          wrongPages: 0,
          coversAll: true,
        });
      });
    } else if (libc === undefined) {
      testOf(shipped, "needs glibc 2.17 and nothing beside it", async () => {
        const { machine, interpreter, libraries, versions } = elfNeeds(shipped.path);
        expect(machine).toBe(arch);
        expect(interpreter).toMatch(/^\/lib(64)?\/ld-linux-/);
        expect(libraries.filter((name) => !/^(lib(c|m|dl|pthread)|ld-linux-[a-z0-9_-]+)\.so\.\d$/.test(name))).toEqual(
          [],
        );
        const minor = versions.map((version) => Number(/^GLIBC_2\.(\d+)(\.\d+)?$/.exec(version)?.[1] ?? Number.NaN));
        expect(Math.max(...minor)).toBeLessThanOrEqual(17);
      });
    } else {
      testOf(shipped, "needs musl and libstdc++ only", async () => {
        const { machine, interpreter, libraries, versions } = elfNeeds(shipped.path);
        expect(machine).toBe(arch);
        expect(interpreter).toMatch(/^\/lib\/ld-musl-/);
        expect(libraries.map((name) => name.replace(/-(x86_64|aarch64)/, ""))).toEqual([
          "libstdc++.so.6",
          "libc.musl.so.1",
        ]);
        expect(versions).toEqual([]);
      });
    }

    testOf(shipped, "knows none of the variables that would turn it into something else", async () => {
      const bytes = readFileSync(shipped.path);
      expect(silencedVariables.filter(({ name }) => bytes.includes(name))).toEqual([]);
    });

    testOf(shipped, "comes out the same, byte for byte, in another clone in another folder", async () => {
      const clone = join(folder, "clone");
      if (!readdirSync(folder).includes("clone")) makeClone(clone);
      const bun = join(clone, "node_modules/.bin/bun");
      const bases = baseExecutables({ root: clone, cache: ".cache/bases", bun, here }, targets);
      const outfile = join(folder, shipped.name);
      const base = bases.get(shipped.target) ?? "";
      compileExecutable({ root: clone, entry: "src/main.ts", bun, base, target: shipped.target }, outfile);
      expect(await sha256OfFile(outfile)).toBe(await sha256OfFile(shipped.path));
      rmSync(outfile);
    });
  });
}

/** The sources as they are here, and the packages as hard links: a symbolic link would lead back to this folder. */
function makeClone(clone: string): void {
  execFileSync("mkdir", [clone]);
  for (const name of ["src", "package.json", "bun.lock", "tsconfig.json", "tsconfig.base.json"]) {
    execFileSync("cp", ["-R", join(root, name), clone]);
  }
  execFileSync("sh", ["-c", 'cp -al "$1" "$2" 2>/dev/null || cp -R "$1" "$2"', "", join(root, "node_modules"), clone]);
}
