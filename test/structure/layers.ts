/** One row of the table in ARCHITECTURE.md: who may import whom. */
export interface Layer {
  /** A folder, or one file. A file belongs to the row with the longest matching path. */
  readonly path: string;
  /** What of ours it may import besides itself. Generated code (`gen`) and code for tests (`testing`) only where it is named. */
  readonly may: readonly string[];
  /** Packages it may import, by their first characters. */
  readonly packages: readonly string[];
  /** Modules of the runtime it must not import. */
  readonly neverBuiltins: readonly string[];
  /** Words its code must not contain. */
  readonly neverWords: readonly string[];
}

const network = ["node:net", "node:tls", "node:http", "node:https", "node:http2", "node:dgram", "node:child_process"];
const grpc = ["@grpc/grpc-js", "@bufbuild/protobuf"];
const product = { neverBuiltins: ["bun", "bun:"], neverWords: ["console.", "Bun."] };
const pure = { neverBuiltins: [...product.neverBuiltins, ...network], neverWords: [...product.neverWords, "process."] };
const free = { neverBuiltins: [], neverWords: [] };

export const layers: readonly Layer[] = [
  { path: "src/framework", may: [], packages: [], ...pure },
  { path: "src/go-plugin", may: [], packages: grpc, ...product },
  { path: "src/vault-wire", may: ["src/framework", "src/go-plugin"], packages: grpc, ...pure },
  { path: "src/cognito", may: ["src/framework"], packages: ["@aws-sdk/", "@smithy/"], ...pure },
  {
    path: "src/serve-plugin.ts",
    may: [
      "src/framework",
      "src/go-plugin",
      "src/vault-wire",
      "src/process-environment.ts",
      "src/run-by-hand.ts",
      "src/shrink-memory.ts",
    ],
    packages: [],
    ...product,
  },
  { path: "src", may: ["src"], packages: [], ...product },
  {
    path: "dev/dev-server",
    may: ["src/go-plugin", "src/go-plugin/gen", "src/vault-wire/gen"],
    packages: grpc,
    ...free,
  },
  { path: "dev/cognito-emulator", may: [], packages: ["jose"], ...free },
  { path: "test", may: ["*"], packages: ["*"], ...free },
  { path: "examples", may: ["*"], packages: ["*"], ...free },
  { path: "scripts", may: ["*"], packages: ["*"], ...free },
];

/** What tests of the layers, and the code in `testing` folders, may import beyond what their layer may. */
export const forTests = {
  may: ["src/framework/testing", "dev/cognito-emulator"],
  packages: ["fast-check", "jose", "@aws-sdk/", "@smithy/"],
  builtins: ["bun:test"],
};

/** The one place that composes; nothing imports it. */
export const composition = "src/main.ts";
