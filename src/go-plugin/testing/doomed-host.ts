/** A host to be killed: connects to a plugin whose stderr is its own, says so on stdout, and waits. `--deaf` never connects. */
import { TestHost } from "./test-host.ts";

const host = new TestHost({}, { stderr: "inherit" });
const fields = await host.handshake();
if (!process.argv.includes("--deaf")) {
  await host.openBroker();
  await (await host.toy()).ask("echo", "connected");
}
process.stdout.write(`${fields[3]}\n`);
