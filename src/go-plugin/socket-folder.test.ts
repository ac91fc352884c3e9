import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { CannotServe } from "./cannot-serve.ts";
import { makeSocketFolder } from "./socket-folder.ts";

let temporary = "";
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "folders-"));
});
afterAll(() => rmSync(temporary, { recursive: true }));

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test("the socket's folder is among the temporary files, for nobody else, and goes when it is removed", () => {
  const folder = makeSocketFolder({ TMPDIR: temporary });
  expect(dirname(dirname(folder.socketPath))).toBe(temporary);
  expect(mode(dirname(folder.socketPath))).toBe("700");
  writeFileSync(folder.socketPath, "");
  folder.remove();
  expect(existsSync(dirname(folder.socketPath))).toBeFalse();
  folder.remove();
});

test("the host may name the folder, and a group that may use the socket", () => {
  const wanted = join(temporary, "wanted");
  mkdirSync(wanted);
  const group = String(process.getgid?.());
  const folder = makeSocketFolder({
    TMPDIR: temporary,
    PLUGIN_UNIX_SOCKET_DIR: wanted,
    PLUGIN_UNIX_SOCKET_GROUP: group,
  });
  expect(dirname(dirname(folder.socketPath))).toBe(wanted);
  writeFileSync(folder.socketPath, "");
  folder.share();
  expect([mode(dirname(folder.socketPath)), mode(folder.socketPath)]).toEqual(["710", "660"]);
  folder.remove();
});

test("a temporary folder that cannot be used is passed over", () => {
  for (const TMPDIR of [join(temporary, "missing"), join(temporary, "long".repeat(30)), ""]) {
    const folder = makeSocketFolder({ TMPDIR });
    expect(dirname(dirname(folder.socketPath))).toBe("/tmp");
    folder.remove();
  }
});

test("a relative path is made absolute, as the host may stand elsewhere", () => {
  const folder = makeSocketFolder({ PLUGIN_UNIX_SOCKET_DIR: relative(process.cwd(), temporary) });
  expect(folder.socketPath).toStartWith(join(temporary, "plugin-"));
  folder.remove();
});

test("a folder the host insists on and that cannot be used is an error that says why", () => {
  const long = join(temporary, "x".repeat(100));
  mkdirSync(long);
  const strange = join(temporary, "a|b");
  mkdirSync(strange);
  for (const [folder, reason] of [
    [join(temporary, "missing"), "ENOENT"],
    [long, `${long} is too long (a socket's path has at most`],
    [strange, `${strange} has a character that the handshake with the host cannot carry`],
  ] as const) {
    const make = () => makeSocketFolder({ PLUGIN_UNIX_SOCKET_DIR: folder });
    expect(make).toThrow(CannotServe);
    expect(make).toThrow(reason);
    expect(make).toThrow("Set PLUGIN_UNIX_SOCKET_DIR to another folder");
  }
  expect([...readdirSync(long), ...readdirSync(strange)]).toEqual([]);
});
