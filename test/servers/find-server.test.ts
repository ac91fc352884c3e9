import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findServer, type ServerSearch } from "./find-server.ts";

const folders: string[] = [];

// The words "first" and "second" as xz packs them, since xz itself may not be installed.
const packs = {
  first: "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAEZmlyc3QAAAAAVq0ZJXoG5fMAAR0FuC2Arx+2830BAAAAAARZWg==",
  second: "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAFc2Vjb25kAAAAOOiIxcYwtHQAAR4GwS+kHR+2830BAAAAAARZWg==",
};

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A machine with a project, a folder of programs as its PATH, and packed servers beside the project. */
function machine() {
  const folder = mkdtempSync(join(tmpdir(), "machine-"));
  folders.push(folder);
  for (const name of ["project", "bin", "shared/servers"]) mkdirSync(join(folder, name), { recursive: true });
  const said: string[] = [];
  return {
    folder,
    said,
    program: (name: string, script: string) => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return join(folder, name);
    },
    pack: (name: string, word: keyof typeof packs) =>
      writeFileSync(join(folder, "shared/servers", `${name}.xz`), Buffer.from(packs[word], "base64")),
    install: (tool: string) =>
      writeFileSync(join(folder, "bin", tool), `#!/bin/sh\nexec ${Bun.which(tool)} "$@"\n`, { mode: 0o755 }),
    search: (env: Record<string, string> = {}, mayBuild = false): ServerSearch => ({
      root: join(folder, "project"),
      env: { PATH: join(folder, "bin"), ...env },
      mayBuild,
      write: (line) => said.push(line),
    }),
  };
}

test("a server named by its variable comes first, then one on PATH", async () => {
  const { program, search } = machine();
  const onPath = program("bin/bao", "");
  const named = program("my-bao", "");
  expect(await findServer("openbao", search({ BAO_BIN: named }))).toEqual({ file: named });
  expect(await findServer("openbao", search({ BAO_BIN: "" }))).toEqual({ file: onPath });
});

test("a variable that names no program is an error, not a reason to look elsewhere", async () => {
  const { folder, program, search } = machine();
  program("bin/vault", "");
  const { missing } = await findServer("vault", search({ VAULT_BIN: join(folder, "bin") }));
  expect(missing).toBe(`VAULT_BIN names ${join(folder, "bin")}, which is not an executable file`);
});

// The packed servers are programs for this one platform.
const unpacks = process.platform === "linux" && process.arch === "x64";

for (const tool of ["xz", "python3"]) {
  const absent = !unpacks
    ? " (skipped: not linux on x64)"
    : Bun.which(tool) === null
      ? ` (skipped: no ${tool} here)`
      : "";
  test.if(absent === "")(
    `a packed server is unpacked by ${tool}, once while pack and file stay the same${absent}`,
    async () => {
      const { said, pack, install, search } = machine();
      pack("bao", "first");
      expect((await findServer("openbao", search())).missing).toContain("without xz or python3");
      install(tool);

      const { file = "" } = await findServer("openbao", search());
      expect(readFileSync(file, "utf8")).toBe("first");
      expect(await findServer("openbao", search())).toEqual({ file });
      expect(said).toHaveLength(1);

      writeFileSync(file, "cut");
      await findServer("openbao", search());
      expect(readFileSync(file, "utf8")).toBe("first");
      pack("bao", "second");
      await findServer("openbao", search());
      expect(readFileSync(file, "utf8")).toBe("second");
    },
  );
}

test("Vault is built by Go where nothing else is at hand, once, and its progress is told", async () => {
  const { said, program, search } = machine();
  program(
    "bin/go",
    `if [ "$1" = list ]; then echo a; else while [ "$1" != -o ]; do shift; done; echo built > "$2"; fi`,
  );
  const env = { PATH: `${search().env.PATH}:/bin:/usr/bin` };
  expect((await findServer("vault", search(env))).missing).toContain("run `make test`, which builds it with Go");
  const { file = "" } = await findServer("vault", search(env, true));
  expect(readFileSync(file, "utf8")).toBe("built\n");
  expect(said.join("\n")).toContain("Building Vault");
  said.length = 0;
  expect(await findServer("vault", search(env))).toEqual({ file });
  expect(said).toEqual([]);
});

test("a build that fails says why, and a machine without anything says what to install", async () => {
  const { program, search } = machine();
  expect((await findServer("vault", search({}, true))).missing).toEndWith(
    "nor Go to build it with: install Vault or Go",
  );
  expect((await findServer("openbao", search({}, true))).missing).toEndWith("none named by BAO_BIN: install OpenBao");
  program("bin/go", `[ "$1" = list ] || { echo "no such module" >&2; exit 1; }`);
  expect((await findServer("vault", search({}, true))).missing).toContain("exit code 1:\nno such module");
});
