import { beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeOnRealServers } from "../../servers/every-server.ts";
import type { RealServer } from "../../servers/real-server.ts";
import { executable } from "../../stories/cognito-world.ts";
import { complaints, type KnownDifference } from "../known-differences/differences.ts";
import { type Case, cases } from "./cases.ts";
import { describedDifferences, outcomeDifferences } from "./compare.ts";
import { type Described, describePlugin } from "./described.ts";
import knownInDescriptions from "./described-differences.json" with { type: "json" };
import { goPlugin, goPluginMissing, isGoPluginRequired } from "./go-plugin.ts";
import knownInOutcomes from "./outcome-differences.json" with { type: "json" };
import { type Outcome, tellCases } from "./tell-cases.ts";

interface Seen {
  readonly described: Described;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
const recordedCases: readonly (Case & Outcome)[] = read("outcomes.jsonl")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const recorded: Seen = {
  described: JSON.parse(read("described.json")),
  outcomes: Object.fromEntries(recordedCases.map(({ name, answers, stored }) => [name, { answers, stored }])),
};

test("every case was recorded as it stands", () => {
  expect(recordedCases.map(({ name, steps }) => ({ name, steps }))).toEqual(JSON.parse(JSON.stringify(cases)));
});

async function look(server: RealServer, file: string): Promise<Seen> {
  await server.registerPlugin({ name: "cognito", file });
  await server.enable("cognito", "cognito");
  const seen = { described: await describePlugin(server), outcomes: await tellCases(server) };
  await server.http("DELETE", "sys/mounts/cognito");
  return JSON.parse(JSON.stringify(seen));
}

const missing = goPluginMissing();

describeOnRealServers(
  "beside the Go plugin",
  ({ kind, shared }) => {
    let ours: Seen;
    let theirs: Seen;
    beforeAll(async () => {
      ours = await look(shared(), executable);
      theirs = missing === undefined ? await look(shared(), goPlugin) : recorded;
    }, 60_000);

    function compare(): void {
      const known = (each: readonly KnownDifference[]) => each.filter(({ on = kind }) => on === kind);

      test("help and OpenAPI say the same of what both have", () => {
        const found = describedDifferences(theirs.described, ours.described);
        expect(complaints(found, known(knownInDescriptions))).toEqual([]);
      });

      test("writes and reads have the same outcome, odd ones too", () => {
        const fields = fieldsOf(theirs.described);
        expect(fields.size).toBe(16);
        const found = outcomeDifferences(theirs.outcomes, ours.outcomes, fields);
        expect(complaints(found, known(knownInOutcomes))).toEqual([]);
      });
    }

    if (kind === "vault") compare();
    if (missing === undefined) {
      if (kind === "vault") {
        test("what was recorded of it is what it answers today", () => expect(theirs).toEqual(recorded));
      } else compare();
    } else reportMissing(missing);
  },
  { storage: "inmem" },
);

function reportMissing(reason: string): void {
  if (isGoPluginRequired) {
    test("needs the Go plugin", () => {
      throw new Error(reason);
    });
  } else {
    // biome-ignore lint/suspicious/noSkippedTests: only some machines have the Go plugin's executable, and the report says so.
    test.skip(`the Go plugin itself (skipped: ${reason})`, () => undefined);
  }
}

/** The fields of config and roles that the Go plugin has, and what a list answers. */
function fieldsOf({ help }: Described): ReadonlySet<string> {
  const names = ["config", "roles/x"].flatMap((path) => {
    const shape = help[`cognito/${path}?help=1`];
    return typeof shape === "object" ? Object.keys(shape.parameters) : [];
  });
  return new Set([...names, "keys"]);
}
