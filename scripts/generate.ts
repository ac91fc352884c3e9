/**
 * Writes the message types of a layer from its .proto files: `<layer>/proto` → `<layer>/gen`.
 * With `--check` it writes nothing and fails when what is committed differs from what would be written.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const layers = ["src/go-plugin", "src/vault-wire"];

// The first four shape the messages: services for grpc-js, int64 as bigint, times as they are on the wire, the wire's own
// field names. The others leave out what nobody uses and make the output pass every compiler flag of this repository.
const tsProtoOptions = [
  "outputServices=grpc-js",
  "forceLong=bigint",
  "useDate=false",
  "snakeToCamel=false",
  "importSuffix=.ts",
  "enumsAsLiterals=true",
  "esModuleInterop=true",
  "outputJsonMethods=false",
  "outputPartialMethods=false",
  "unrecognizedEnum=false",
  "exportCommonSymbols=false",
  "oneof=unions-value",
  "env=node",
];

const modules = join(root, "node_modules");

/** Both tools are scripts for Node; running them by the runtime at hand keeps `node` off the list of what must be installed. */
function generate(source: string, target: string): void {
  const template = {
    version: "v2",
    plugins: [
      {
        local: [process.execPath, join(modules, "ts-proto/protoc-gen-ts_proto")],
        out: target,
        opt: tsProtoOptions,
      },
    ],
  };
  execFileSync(
    process.execPath,
    [join(modules, "@bufbuild/buf/bin/buf"), "generate", source, "--template", JSON.stringify(template)],
    { cwd: root, stdio: "inherit" },
  );
}

function filesOf(folder: string): Map<string, string> {
  if (!existsSync(folder)) {
    return new Map();
  }
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path), readFileSync(path, "utf8")]),
  );
}

function differences(committed: string, fresh: string): string[] {
  const before = filesOf(committed);
  const after = filesOf(fresh);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => relative(root, join(committed, name)));
}

function checkLayer(source: string, committed: string): string[] {
  const fresh = mkdtempSync(join(tmpdir(), "generate-"));
  try {
    generate(source, fresh);
    return differences(committed, fresh);
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const layer of layers) {
  const source = join(root, layer, "proto");
  const target = join(root, layer, "gen");
  if (![...filesOf(source).keys()].some((name) => name.endsWith(".proto"))) {
    continue;
  }
  if (check) {
    stale.push(...checkLayer(source, target));
  } else {
    rmSync(target, { recursive: true, force: true });
    generate(source, target);
  }
}
if (stale.length > 0) {
  console.error(`Stale message types; run scripts/generate.ts and commit the result:\n${stale.join("\n")}`);
  process.exitCode = 1;
}
