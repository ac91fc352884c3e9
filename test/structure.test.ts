import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { cycles, violations } from "./structure/violations.ts";

const root = join(import.meta.dirname, "..");
const folders = ["src", "dev", "test", "scripts", "examples"];

function filesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const files = folders.flatMap(filesBelow);
const sources = new Map(
  files.filter((file) => file.endsWith(".ts")).map((file) => [file, readFileSync(join(root, file), "utf8")]),
);

describe("this project", () => {
  test("imports only what the table of layers allows", () => {
    expect(sources.size).toBeGreaterThan(50);
    expect(violations(sources)).toEqual([]);
  });

  test("has no import cycle", () => {
    expect(cycles(sources)).toEqual([]);
  });

  test("gives each of its dependencies a reason in ARCHITECTURE.md", () => {
    const read = (name: string) => readFileSync(join(root, name), "utf8");
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
    const reasons = read("ARCHITECTURE.md")
      .split("\n")
      .flatMap((line) => (/^\| (`.*`) \| .{10,} \|$/.exec(line)?.[1] ?? "").split(", "));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
  });

  test("names its tests so that the runner finds them", () => {
    const odd = files.filter((file) => /[._](spec|tests?)\.[cm]?[jt]sx?$/.test(file) && !file.endsWith(".test.ts"));
    expect(odd).toEqual([]);
    const elsewhere = readdirSync(root).filter((name) => name.endsWith(".ts"));
    expect(elsewhere).toEqual([]);
  });
});

/** A project without a fault; each test adds one. */
const sound = {
  "src/framework/path.ts": `import { join } from "node:path"; export const path = join("a", "b"); export type P = string;`,
  "src/framework/testing/clock.ts": "export const clock = 1;",
  "src/go-plugin/serve.ts": `import grpc from "@grpc/grpc-js"; import { messages } from "./gen/broker.ts"; export const serve = [grpc, messages];`,
  "src/go-plugin/gen/broker.ts": "export const messages = 1;",
  "src/vault-wire/backend.ts": `import type { P } from "../framework/path.ts"; export const backend: P = "";`,
  "src/vault-wire/gen/backend.ts": "export const messages = 2;",
  "src/cognito/engine.ts": `import { path } from "../framework/path.ts"; import "@aws-sdk/client-cognito-identity-provider"; export { path };`,
  "src/cognito/engine.test.ts": `import { test } from "bun:test"; import { clock } from "../framework/testing/clock.ts"; import { path } from "./engine.ts"; test("a", () => [clock, path]);`,
  "src/main.ts": `import "./cognito/engine.ts"; import manifest from "../package.json" with { type: "json" }; export default manifest;`,
  "dev/dev-server/server.ts": `import { messages } from "../../src/vault-wire/gen/backend.ts"; console.log(messages);`,
  "dev/cognito-emulator/emulator.ts": "export const emulator = 1;",
  "test/story.test.ts": `import { messages } from "../src/vault-wire/gen/backend.ts"; console.log(messages);`,
};

const judge = (change: Readonly<Record<string, string>>) =>
  violations(new Map(Object.entries({ ...sound, ...change })));

describe("the rules", () => {
  test("pass a sound project", () => {
    expect(judge({})).toEqual([]);
  });

  test.each([
    ["src/framework/a.ts", `import { serve } from "../go-plugin/serve.ts";`, "src/go-plugin/serve.ts"],
    ["src/framework/a.ts", `import type { P } from "../vault-wire/backend.ts";`, "src/vault-wire/backend.ts"],
    ["src/framework/a.ts", `import { type P } from "../vault-wire/backend.ts";`, "src/vault-wire/backend.ts"],
    ["src/framework/a.ts", `export type { P } from "../vault-wire/backend.ts";`, "src/vault-wire/backend.ts"],
    ["src/framework/a.ts", `export type P = import("../vault-wire/backend.ts").P;`, "src/vault-wire/backend.ts"],
    ["src/framework/a.ts", `await import("../cognito/engine.ts");`, "src/cognito/engine.ts"],
    ["src/framework/a.ts", `import { clock } from "./testing/clock.ts";`, "src/framework/testing/clock.ts"],
    ["src/framework/a.ts", `import type { Server } from "@grpc/grpc-js";`, "@grpc/grpc-js"],
    ["src/framework/a.ts", `import { S3 } from "@aws-sdk/client-s3";`, "@aws-sdk/client-s3"],
    ["src/framework/a.ts", `import net from "node:net";`, "node:net"],
    ["src/go-plugin/a.ts", `import { path } from "../framework/path.ts";`, "src/framework/path.ts"],
    ["src/go-plugin/a.ts", `import { test } from "bun:test";`, "bun:test"],
    ["src/vault-wire/a.ts", `import { path } from "../cognito/engine.ts";`, "src/cognito/engine.ts"],
    ["src/vault-wire/a.ts", `import { messages } from "../go-plugin/gen/broker.ts";`, "src/go-plugin/gen/broker.ts"],
    ["src/cognito/a.ts", `import { backend } from "../vault-wire/backend.ts";`, "src/vault-wire/backend.ts"],
    ["src/cognito/a.ts", `import { connect } from "node:net";`, "node:net"],
    ["src/cognito/a.ts", `import { z } from "zod";`, "zod"],
    ["src/cognito/a.test.ts", `import "../vault-wire/backend.ts";`, "src/vault-wire/backend.ts"],
    ["src/cognito/a.ts", `import "../../dev/cognito-emulator/emulator.ts";`, "dev/cognito-emulator/emulator.ts"],
    ["dev/dev-server/a.ts", `import { path } from "../../src/cognito/engine.ts";`, "src/cognito/engine.ts"],
    ["dev/dev-server/a.ts", `import { backend } from "../../src/vault-wire/backend.ts";`, "src/vault-wire/backend.ts"],
    ["dev/cognito-emulator/a.ts", `import { path } from "../../src/framework/path.ts";`, "src/framework/path.ts"],
    ["src/cognito/a.ts", `import "../../test/story.test.ts";`, "test/story.test.ts"],
    ["test/a.test.ts", `import "../src/main.ts";`, "src/main.ts"],
  ])("refuse that %s has %s", (file, text, imported) => {
    expect(judge({ [file]: text })).toEqual([`${file} must not import ${imported}`]);
  });

  test.each([
    ["src/cognito/a.ts", "export const region = process.env.AWS_REGION;", "process"],
    ["src/framework/a.ts", `console.log("here");`, "console"],
    ["src/go-plugin/a.ts", `export const file = Bun.file("x");`, "Bun"],
  ])("refuse that %s says %s", (file, text, word) => {
    expect(judge({ [file]: text })).toEqual([`${file} must not use ${word}`]);
  });

  test("read code, not comments and texts", () => {
    const text = `
      // console.log, process.env, import { a } from "../vault-wire/backend.ts"
      export const help = \`
      import type { b } from "../vault-wire/backend.ts"\`;`;
    expect(judge({ "src/cognito/a.ts": text })).toEqual([]);
  });

  test("refuse a folder they do not know", () => {
    expect(judge({ "tools/a.ts": "" })).toEqual(["tools/a.ts stands in no folder that the table of layers names"]);
  });

  test("find a cycle of imports at run time", () => {
    const cyclesIn = (c: string) =>
      cycles(
        new Map([
          ["src/framework/c.ts", c],
          ["src/framework/b.ts", `import { c } from "./c.ts"; export const b = c;`],
          ["src/framework/a.ts", `import { b } from "./b.ts"; export type A = typeof b;`],
        ]),
      );
    expect(cyclesIn(`import { a } from "./a.ts"; export const c = a;`)).toEqual([
      "src/framework/a.ts → src/framework/b.ts → src/framework/c.ts → src/framework/a.ts",
    ]);
    expect(cyclesIn(`import type { A } from "./a.ts"; export const c: A = 1;`)).toEqual([]);
  });
});
