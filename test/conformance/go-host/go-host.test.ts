import { afterAll, describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildHost } from "./build-host.ts";

const toyPlugin = join(import.meta.dirname, "../../../src/go-plugin/testing/toy-plugin.ts");
const folder = mkdtempSync(join(tmpdir(), "go-host-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `main.go` reports. */
interface Report {
  readonly ping: string;
  readonly echo: string;
  readonly largeReturned: boolean;
  readonly askedHost: readonly string[];
  readonly stormAnswered: number;
  readonly stormCanceled: number;
  readonly stormFailed: readonly string[] | null;
  readonly pingAfterStorm: string;
  readonly askedHostAfterStorm: string;
  /** Calls under way when the plugin was stopped, that ended in an error. */
  readonly interrupted: number;
  readonly killMilliseconds: number;
  readonly exited: boolean;
  readonly log: readonly string[];
}

const { file: host = "", missing } = buildHost();
if (missing === undefined || process.env["REQUIRE_SERVERS"]) {
  describe("HashiCorp's own go-plugin as the host", tellStory);
} else {
  // biome-ignore lint/suspicious/noSkippedTests: a machine without Go cannot build the host, and the report says so.
  test.skip(`HashiCorp's own go-plugin as the host (skipped: ${missing})`, () => undefined);
}

function tellStory(): void {
  test("starts a plugin, talks both ways, survives a storm of cancelled calls, and stops it in the middle of others", () => {
    const TMPDIR = mkdtempSync(join(folder, "t-"));
    const output = execFileSync(host, [process.execPath, toyPlugin], {
      encoding: "utf8",
      env: { ...process.env, TMPDIR },
      timeout: 50_000,
      maxBuffer: 16 * 1024 * 1024,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { stormAnswered, stormCanceled, killMilliseconds, log, ...report }: Report = JSON.parse(output);
    expect(report).toEqual({
      ping: "ok",
      echo: "hello",
      largeReturned: true,
      askedHost: ["first", "second", "third"],
      stormFailed: null,
      pingAfterStorm: "ok",
      askedHostAfterStorm: "after",
      interrupted: 30,
      exited: true,
    });
    expect(stormAnswered).toBeGreaterThanOrEqual(500);
    expect(stormCanceled).toBeGreaterThanOrEqual(3_000);
    expect(killMilliseconds).toBeLessThan(1_500);
    const lines = log.map((line) => line.replace(/^(\[\w+] +)host\.[^:]+: /, "$1"));
    expect(lines).toContainEqual(expect.stringMatching(/^\[DEBUG] printed by a library: @module=toy timestamp=/));
    expect(lines).toContainEqual(expect.stringMatching(/^\[DEBUG] stopped by the host: ending: @module=toy /));
    expect(lines.filter((line) => /^\[(WARN|ERROR)]/.test(line))).toEqual([]);
    expect(readdirSync(TMPDIR)).toEqual([]);
  }, 60_000);
}
