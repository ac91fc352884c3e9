/** Records what the Go plugin answers through Vault: `node_modules/.bin/bun test/conformance/go-plugin/record.ts`, from the project's folder. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../servers/real-server.ts";
import { cases } from "./cases.ts";
import { describePlugin } from "./described.ts";
import { goPlugin } from "./go-plugin.ts";
import { tellCases } from "./tell-cases.ts";

const server = await startServer("vault", { storage: "inmem" });
try {
  await server.registerPlugin({ name: "cognito-go", file: goPlugin });
  await server.enable("cognito", "cognito-go");
  const described = await describePlugin(server);
  writeFileSync(join(import.meta.dirname, "described.json"), `${JSON.stringify(described, undefined, 1)}\n`);
  const outcomes = await tellCases(server);
  const lines = cases.map((each) => JSON.stringify({ ...each, ...outcomes[each.name] }));
  writeFileSync(join(import.meta.dirname, "outcomes.jsonl"), `${lines.join("\n")}\n`);
} finally {
  await server.stop();
}
