import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileExecutable } from "../../scripts/building/build-executable.ts";
import { silencedVariables } from "../../scripts/building/silenced-variables.ts";
import { freePort } from "../servers/free-port.ts";
import { attempts, prepare, succeeded } from "./attempts.ts";
import { outcomeOf } from "./outcome.ts";
import { here, root, shippedHere as shipped } from "./shipped.ts";
import { StartedExecutable } from "./started-executable.ts";

const folder = mkdtempSync(join(tmpdir(), "stock-"));
const stock = join(folder, "stock");

/** The same program on the runtime as it is: what the attempts do to it shows that they are attempts. */
beforeAll(() => {
  const bun = process.execPath;
  compileExecutable({ root, entry: "src/main.ts", bun, base: bun, target: here }, stock);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("whoever sets the environment and arguments of the executable gains nothing by", () => {
  for (const attempt of attempts) {
    test(attempt.name, async () => {
      expect(await outcomeOf(stock, attempt)).toMatchObject({ hadItsWay: attempt.stockResists !== true });
      expect(await outcomeOf(shipped, attempt)).toMatchObject({ state: "ready", hadItsWay: false });
    }, 30_000);
  }

  test("BUN_JSC_*: the plugin says what is wrong and does not start", async () => {
    await using started = new StartedExecutable(shipped, { env: { BUN_JSC_useJIT: "0" } });
    expect(await started.exited).toBe(1);
    expect(started.stderr).toContain("The environment changes how the JavaScript engine works (BUN_JSC_useJIT)");
    expect(started.stdout).toBe("");
  });

  test("anything that is silenced: each has its attempt here, a story of its own or its reason", () => {
    const elsewhere = ["BUN_CONFIG_VERBOSE_FETCH", "BUN_CRASH_REPORT_URL", "BUN_INTERNAL_WEBVIEW_HOST"];
    const tried = (name: string) => attempts.some((attempt) => attempt.name.startsWith(name));
    const untried = silencedVariables.map(({ name }) => name).filter((name) => !tried(name));
    expect(untried).toEqual(elsewhere);
  });
});

test("files in the working directory and in HOME are not read", async () => {
  const place = { folder: mkdtempSync(join(folder, "place-")), port: await freePort() };
  prepare(place);
  const preload = join(place.folder, "script.cjs");
  const files: Record<string, string> = {
    ".env": "BUN_JSC_useJIT=0\nPLUGIN_PROTOCOL_VERSIONS=1\n",
    ".env.local": "PLUGIN_PROTOCOL_VERSIONS=1\n",
    ".env.production": "PLUGIN_PROTOCOL_VERSIONS=1\n",
    "bunfig.toml": `preload = [${JSON.stringify(preload)}]\n`,
    ".bunfig.toml": `preload = [${JSON.stringify(preload)}]\n`,
    "package.json": `{ "name": "other", "main": ${JSON.stringify(preload)} }`,
    "tsconfig.json": `{ "compilerOptions": { "paths": { "*": [${JSON.stringify(preload)}] } } }`,
    ".npmrc": "node-options=--require=script.cjs\n",
  };
  const home = join(place.folder, "home");
  mkdirSync(join(home, ".config"), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    for (const at of [place.folder, home, join(home, ".config")]) writeFileSync(join(at, name), text);
  }
  await using started = new StartedExecutable(shipped, {
    cwd: place.folder,
    env: { HOME: home, XDG_CONFIG_HOME: join(home, ".config") },
  });
  expect(await started.ready()).toBe("ready");
  expect(await started.end()).toBe(0);
  expect(await succeeded(place)).toBe(false);
});

test("the executable writes nothing but the folder of its socket, which goes when it ends", async () => {
  await using started = new StartedExecutable(shipped);
  expect(await started.ready()).toBe("ready");
  const written = started.files();
  expect(written.length).toBeGreaterThan(0);
  expect(written.filter((name) => !/^tmp\/plugin-[^/]+(\/[^/]+)?$/.test(name))).toEqual([]);
  expect(await started.end()).toBe(0);
  expect(started.files()).toEqual([]);
});
