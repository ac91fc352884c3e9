import { expect } from "bun:test";
import { chmodSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { sha256OfFile } from "../../scripts/building/checksums.ts";
import { describeOnRealServers } from "../servers/every-server.ts";
import type { RealServer } from "../servers/real-server.ts";
import { sectionOf } from "./documents.ts";
import { Reader } from "./reader.ts";

/** The servers' own messages that the README explains. */
const explained = [...sectionOf("README.md", "Troubleshooting").matchAll(/^\| Vault: `(.+?)`/gm)].map(
  ([, text]) => text,
);

/** What the server says when this file is installed as a plugin. */
async function install(server: RealServer, file: string, sha256: string): Promise<string> {
  const name = basename(file);
  const registered = await server.cli(["plugin", "register", `-sha256=${sha256}`, "secret", name], { mayFail: true });
  return registered.stderr + (await server.cli(["secrets", "enable", name], { mayFail: true })).stderr;
}

describeOnRealServers("an operator who installs a wrong file", ({ shared, test }) => {
  test("reads what the README explains", async () => {
    const server = shared();
    using reader = new Reader(server);
    const place = (name: string) => join(server.pluginDirectory, name);
    // A file whose loader the system does not have: what a file for another C library is.
    writeFileSync(place("foreign"), "#!/no/such/loader\n", { mode: 0o755 });
    writeFileSync(place("unexecutable"), "#!/bin/sh\n");
    chmodSync(place("unexecutable"), 0o644);
    writeFileSync(join(reader.downloads, "elsewhere"), "#!/bin/sh\n", { mode: 0o755 });
    symlinkSync(join(reader.downloads, "elsewhere"), place("linked"));
    const said = [
      await install(server, place("foreign"), await sha256OfFile(place("foreign"))),
      await install(server, place("unexecutable"), await sha256OfFile(place("unexecutable"))),
      await install(server, place("linked"), await sha256OfFile(place("linked"))),
    ];
    writeFileSync(place("replaced"), "#!/bin/sh\n", { mode: 0o755 });
    said.push(await install(server, place("replaced"), "0".repeat(64)));
    rmSync(place("linked"));

    expect(explained).toHaveLength(said.length);
    const unsaid = explained.filter((message = "") => {
      const parts = message.split("…").map((part) => part.trim());
      return !said.some((text) => parts.every((part) => text.includes(part)));
    });
    expect(unsaid).toEqual([]);
  });
});
