import { describe, expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import type { RealServer } from "../servers/real-server.ts";
import {
  type CognitoWorld,
  cognitoWorld,
  eventually,
  read,
  secretsWrittenDown,
  write,
} from "../stories/cognito-world.ts";
import { servers, startedServer, stopServersAfterTests, testWith } from "./real-servers.ts";
import { here, shippedHere } from "./shipped.ts";

stopServersAfterTests();

function missing(kind: "vault" | "openbao"): string | undefined {
  if (here.os !== "linux") return "namespaces and capabilities are Linux's";
  if (process.getuid?.() !== 0) return "only root can give its privileges away";
  const tool = ["setpriv", "unshare", "mount"].find((name) => Bun.which(name) === null);
  return tool === undefined ? servers[kind].missing : `${tool} is not installed`;
}

const nobody = 65534;

// Everything but the server's folder is read-only, /tmp too: what a container with a read-only root and one volume is.
// The folder above, the test run's own, is closed to others.
const inNamespace = `
above=$folder
while [ "$above" != / ]; do above=$(dirname "$above"); chmod a+x "$above"; done
chown -R ${nobody}:${nobody} "$folder"
mount --make-rprivate /
mount --bind "$folder" "$folder"
mount -o remount,bind,ro /
ulimit -c 0
cd "$folder/tmp"
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --reuid=${nobody} --regid=${nobody} --clear-groups "$@"`;
const script = `export folder; exec unshare -m sh -ec '${inNamespace}' sh "$@"`;

/** A line of `/proc/<pid>/status`. */
function status(pid: number, name: string): string {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1] ?? "";
}

/** What is in the temporary folder, the only one to write to beside the server's storage. */
function temporaryFiles(server: RealServer): string[] {
  const environment = readFileSync(`/proc/${server.pid}/environ`, "utf8").split("\0");
  const folder = environment.find((line) => line.startsWith("TMPDIR="))?.slice("TMPDIR=".length) ?? "";
  // go-plugin's host has sockets of its own there: pluginNNN.
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => !/^plugin\d+/.test(name));
}

const socketFolder = /^plugin-[^/]+(\/[^/]+)?$/;

for (const kind of ["vault", "openbao"] as const) {
  describe(`in ${kind} without root, capabilities or a writable root`, () => {
    const issueAndRevoke = async (server: RealServer, world: CognitoWorld) => {
      const user = await read(server, "cognito/creds/app");
      expect(world.userPool.usernames()).toEqual([user.data.username as string]);
      await server.http("PUT", "sys/leases/revoke", { lease_id: user.lease_id, sync: true });
      expect(world.userPool.usernames()).toEqual([]);
    };

    testWith(missing(kind), false, "the plugin works; a crash leaves no core dump", async () => {
      const server = await startedServer(kind, { script });
      const world = await cognitoWorld();
      try {
        await server.registerPlugin({ name: "cognito", file: shippedHere, command: "cognito" });
        await server.enable("cognito", "cognito");
        await write(server, "cognito/config", world.config);
        await write(server, "cognito/roles/app", world.userRole);
        await issueAndRevoke(server, world);

        const [pid = 0] = server.pluginPids();
        expect(status(pid, "Uid").split(/\s+/)).toEqual(Array(4).fill(String(nobody)));
        expect(status(pid, "NoNewPrivs")).toBe("1");
        for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) expect(status(pid, set)).toMatch(/^0+$/);
        const written = temporaryFiles(server);
        expect(written.length).toBeGreaterThan(0);
        expect(written.filter((name) => !socketFolder.test(name))).toEqual([]);

        process.kill(pid, "SIGSEGV");
        await eventually("the mount answers again", async () => {
          return (await server.http("GET", "cognito/roles/app")).status === 200;
        });
        await issueAndRevoke(server, world);
        await server.http("DELETE", "sys/mounts/cognito");
        await eventually("the plugin is gone", () => server.pluginPids().length === 0);
        // Nobody is left to remove the folder of a process that crashed. It holds the socket at most.
        const crashed = written.filter((name) => !name.includes("/"));
        expect(temporaryFiles(server).filter((name) => !crashed.some((folder) => name.startsWith(folder)))).toEqual([]);
        expect(temporaryFiles(server).filter((name) => !socketFolder.test(name))).toEqual([]);
        expect(secretsWrittenDown(server, world)).toBe(0);
      } finally {
        await world.emulator.close();
      }
    });
  });
}
