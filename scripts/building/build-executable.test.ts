import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildExecutable } from "./build-executable.ts";
import { writeChecksums } from "./checksums.ts";
import { silence, silencedVariables } from "./silenced-variables.ts";
import { releaseFileName, releaseTargets, targetOf, wantedTarget } from "./target.ts";

// Each build writes a file of 100 MB.
setDefaultTimeout(60_000);

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function project() {
  const root = mkdtempSync(join(tmpdir(), "project-"));
  folders.push(root);
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "package.json"), `{ "version": "1.2.3", "type": "module" }`);
  writeFileSync(
    join(root, "src/main.ts"),
    `import manifest from "../package.json" with { type: "json" };
     console.log(manifest.version, __dirname, __filename);`,
  );
  return {
    write: (name: string, text: string) => writeFileSync(join(root, name), text),
    executable: join(root, "out/plugin-linux-amd64"),
    out: join(root, "out"),
    build: (bunVersion = "1.0.0") =>
      buildExecutable({
        root,
        entry: "src/main.ts",
        outfile: "out/plugin-linux-amd64",
        inputs: ["src", "package.json"],
        cache: "cache",
        bun: process.execPath,
        bunVersion,
        base: process.execPath,
        target: targetOf(process),
      }),
  };
}

const run = (file: string) => execFileSync(file, { encoding: "utf8" }).trim();

test("the executable carries the version and no path of the machine, and is made anew only when its inputs change", async () => {
  const { write, build, executable } = project();
  expect(await build()).toBe(true);
  expect(run(executable)).toBe("1.2.3 /plugin /plugin/main");
  write("src/main.test.ts", "not part of it");
  expect(await build()).toBe(false);

  write("package.json", `{ "version": "1.2.4", "type": "module" }`);
  expect(await build()).toBe(true);
  expect(run(executable)).toStartWith("1.2.4");
  expect(await build("1.0.1")).toBe(true);

  copyFileSync("/bin/sh", executable);
  expect(await build("1.0.1")).toBe(true);
  expect(run(executable)).toStartWith("1.2.4");
});

test("two clones give the same bytes", async () => {
  const [one, other] = [project(), project()];
  await Promise.all([one.build(), other.build()]);
  expect(readFileSync(one.executable).equals(readFileSync(other.executable))).toBe(true);
});

test("a program that does not compile leaves the last executable as it was", async () => {
  const { write, build, executable } = project();
  await build();
  write("src/main.ts", "this is not a program");
  await expect(build()).rejects.toThrow("bun build failed");
  expect(run(executable)).toStartWith("1.2.3");
});

test("the checksums are what sha256sum reads", async () => {
  const { build, out } = project();
  await build();
  writeFileSync(join(out, "plugin-darwin-arm64"), "another");
  writeFileSync(join(out, "notes"), "not a release file");
  await writeChecksums(out, "plugin");
  const names = readFileSync(join(out, "checksums.txt"), "utf8").match(/plugin-\S+/g);
  expect(names).toEqual(["plugin-darwin-arm64", "plugin-linux-amd64"]);
  const checker = process.platform === "darwin" ? ["shasum", "-a", "256"] : ["sha256sum"];
  const checked = execFileSync(checker[0] ?? "", [...checker.slice(1), "-c", "checksums.txt"], { cwd: out });
  expect(checked.toString()).toBe("plugin-darwin-arm64: OK\nplugin-linux-amd64: OK\n");
});

test("a release file is named in Go's words", () => {
  expect(releaseFileName("p", targetOf({ platform: "linux", arch: "x64" }))).toBe("p-linux-amd64");
  expect(releaseFileName("p", targetOf({ platform: "darwin", arch: "arm64" }))).toBe("p-darwin-arm64");
  expect(() => targetOf({ platform: "win32", arch: "x64" })).toThrow("not for win32 on x64");
});

test("a build is for this machine unless make is told otherwise, and only for platforms that are released", () => {
  const here = { os: "linux", arch: "amd64" } as const;
  expect(wantedTarget(here, {})).toEqual(here);
  expect(wantedTarget(here, { libc: "musl" })).toEqual({ os: "linux", arch: "amd64", libc: "musl" });
  expect(wantedTarget({ ...here, libc: "musl" }, { arch: "arm64" })).toEqual({
    os: "linux",
    arch: "arm64",
    libc: "musl",
  });
  expect(wantedTarget({ ...here, libc: "musl" }, { libc: "glibc" })).toEqual(here);
  expect(wantedTarget({ ...here, libc: "musl" }, { os: "darwin" })).toEqual({ os: "darwin", arch: "amd64" });
  expect(() => wantedTarget(here, { os: "plan9" })).toThrow(
    "There is no build for plan9 amd64. OS, ARCH and LIBC together",
  );
  expect(releaseTargets.map((target) => releaseFileName("p", target)).sort()).toEqual([
    "p-darwin-amd64",
    "p-darwin-arm64",
    "p-linux-amd64",
    "p-linux-amd64-musl",
    "p-linux-arm64",
    "p-linux-arm64-musl",
  ]);
});

test("a runtime that does not know a variable any more is not used unseen", () => {
  expect(() => silence(Buffer.from("BUN_BE_BUN and nothing else"), "linux")).toThrow(
    "The runtime does not know BUN_OPTIONS: look anew at which variables it obeys.",
  );
});

test("no name of a silenced variable is left in the runtime", () => {
  const runtime = readFileSync(process.execPath);
  const { os } = targetOf(process);
  const silenced = silence(runtime, os);
  expect(silenced).toHaveLength(runtime.length);
  const known = silencedVariables.filter((variable) => variable.os === undefined || variable.os === os);
  expect(known.filter(({ name }) => runtime.includes(name)).length).toBe(known.length);
  expect(known.filter(({ name }) => silenced.includes(name))).toEqual([]);
});
