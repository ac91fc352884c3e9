import { describe, expect } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cognitoWorld, read, secretsWrittenDown, write } from "../stories/cognito-world.ts";
import { servers, startedServer, stopServersAfterTests, testWith } from "./real-servers.ts";
import { here, root, shippedFiles } from "./shipped.ts";

stopServersAfterTests();

const musl = join(root, ".cache/musl");
const shipped = shippedFiles.find(({ target }) => target.libc === "musl" && target.arch === "amd64");

function missing(kind: "vault" | "openbao"): string | undefined {
  if (shipped?.isBuilt !== true) return "the linux amd64 musl file is not built: make release builds it";
  if (here.os !== "linux" || here.arch !== "amd64") return "the machine is not Linux on amd64";
  if (process.getuid?.() !== 0) return "only root can put musl's loader where the file looks for it";
  if (!existsSync(musl)) return "there is no musl: scripts/musl-for-tests.sh fetches it";
  return servers[kind].missing;
}

// The loader is in /lib for this server only, as in the stock images, which are Alpine; libstdc++ is not, as there.
const inNamespace = `
mount --make-rprivate /
lib=$(readlink -f /lib)
mount -t overlay overlay -o "lowerdir=${musl}/loader:$lib" "$lib"
exec "$@"`;
const script = `exec unshare -m sh -ec '${inNamespace}' sh "$@"`;

for (const kind of ["vault", "openbao"] as const) {
  describe(`the musl file in ${kind} under musl`, () => {
    testWith(missing(kind), false, "runs with the library beside it and LD_LIBRARY_PATH by -env", async () => {
      const server = await startedServer(kind, { script });
      const world = await cognitoWorld();
      try {
        await server.registerPlugin({
          name: "cognito",
          file: shipped?.path ?? "",
          env: { LD_LIBRARY_PATH: join(musl, "lib") },
        });
        await server.enable("cognito", "cognito");
        await write(server, "cognito/config", world.config);
        await write(server, "cognito/roles/app", world.userRole);
        const user = await read(server, "cognito/creds/app");
        expect(world.userPool.usernames()).toEqual([user.data.username as string]);
        await server.http("PUT", "sys/leases/revoke", { lease_id: user.lease_id, sync: true });
        expect(world.userPool.usernames()).toEqual([]);
        expect(secretsWrittenDown(server, world)).toBe(0);
      } finally {
        await world.emulator.close();
      }
    });
  });
}
