import { afterAll, beforeAll, describe, expect } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createCertificateAuthority, startCognitoEmulator } from "../../dev/cognito-emulator/index.ts";
import { compileExecutable } from "../../scripts/building/build-executable.ts";
import { freePort } from "../servers/free-port.ts";
import type { RealServer } from "../servers/real-server.ts";
import { type CognitoWorld, cognitoWorld, read, secretsWrittenDown, write } from "../stories/cognito-world.ts";
import { type Attempt, attempts, prepare, succeeded } from "./attempts.ts";
import { servers, startedServer, stopServersAfterTests, testWith } from "./real-servers.ts";
import { here, root, shippedHere } from "./shipped.ts";

stopServersAfterTests();

const folder = mkdtempSync(join(tmpdir(), "r-"));
afterAll(() => rmSync(folder, { recursive: true }));

for (const kind of ["vault", "openbao"] as const) {
  const story = (name: string, tell: () => Promise<void>) =>
    testWith(servers[kind].missing, Boolean(process.env.REQUIRE_SERVERS), name, tell, 150_000);

  describe(`whoever may register plugins in ${kind}`, () => {
    let server: RealServer;
    let world: CognitoWorld;
    beforeAll(async () => {
      if (servers[kind].missing !== undefined) return;
      [server, world] = await Promise.all([startedServer(kind, { mayWriteSecrets: true }), cognitoWorld()]);
    }, 60_000);
    afterAll(() => world?.emulator.close());

    const sums = new Map<string, string>();
    const mountedAs = async (name: string, file: string, env: Record<string, string>, args: string[] = []) => {
      const command = basename(file);
      const sha256 = sums.get(file) ?? (await server.registerPlugin({ name: command, file })).sha256;
      sums.set(file, sha256);
      const settings = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      if (kind === "vault") {
        const flags = [...settings.map((text) => `-env=${text}`), ...args.map((text) => `-args=${text}`)];
        await server.cli([
          ...["plugin", "register", `-sha256=${sha256}`, `-command=${command}`],
          ...flags,
          ...["secret", name],
        ]);
      } else {
        // OpenBao's command line has no flag for variables, its API has.
        const registration = { sha256, command, args, env: settings };
        await server.http("PUT", `sys/plugins/catalog/secret/${name}`, registration);
      }
      const { status } = await server.http("POST", `sys/mounts/${name}`, { type: name });
      return status;
    };

    const configure = async (path: string) => {
      await write(server, `${path}/config`, world.config);
      await write(server, `${path}/roles/app`, world.userRole);
      await write(server, `${path}/roles/machine`, world.machineRole);
    };

    const outcomeOf = async (attempt: Attempt, name: string) => {
      const place = { folder: mkdtempSync(join(folder, "place-")), port: await freePort() };
      prepare(place);
      const others = new Set(server.pluginPids());
      const status = await mountedAs(name, shippedHere, attempt.env?.(place) ?? {}, attempt.args?.(place));
      const roles = await server.http("LIST", `${name}/roles`);
      const whileItRuns = await succeeded(place);
      for (const pid of server.pluginPids()) {
        if (!others.has(pid)) process.kill(pid, attempt.crash ? "SIGSEGV" : "SIGTERM");
      }
      await Bun.sleep(50);
      return { mounted: status, roles: roles.status, hadItsWay: whileItRuns || (await succeeded(place)) };
    };

    story("gains nothing by variables and arguments: the plugin works as ever", async () => {
      // Arguments reach the plugin in the same way from either server.
      const tried = kind === "vault" ? attempts : attempts.filter(({ stockResists }) => !stockResists);
      for (const [index, attempt] of tried.entries()) {
        const outcome = await outcomeOf(attempt, `plugin-${index}`);
        expect([attempt.name, outcome]).toEqual([attempt.name, { mounted: 204, roles: 404, hadItsWay: false }]);
      }
    });

    story("cannot start it with settings of the JavaScript engine; the log says why", async () => {
      expect(await mountedAs("engine", shippedHere, { BUN_JSC_useJIT: "0" })).toBe(400);
      expect(server.logText()).toContain("changes how the JavaScript engine works (BUN_JSC_useJIT)");
    });

    story("cannot name a command for AWS credentials by variables alone", async () => {
      const settings = `\n[default]\ncredential_process = /bin/touch ${join(folder, "touched")}\nregion = eu-west-1`;
      const env = { AWS_CONFIG_FILE: "/proc/self/environ", SETTINGS: settings };
      expect(await mountedAs("command", shippedHere, env)).toBe(400);
      expect(server.logText()).toContain("as a file of AWS settings (AWS_CONFIG_FILE)");
      expect(existsSync(join(folder, "touched"))).toBe(false);
    });

    story("finds no secret in the log by variables that make libraries talk", async () => {
      const talk = { BUN_CONFIG_VERBOSE_FETCH: "curl", NODE_DEBUG: "*", GRPC_TRACE: "all", GRPC_VERBOSITY: "DEBUG" };
      await mountedAs("talkative", shippedHere, talk);
      await configure("talkative");
      expect((await read(server, "talkative/creds/app")).data.username).toEndWith("@example.com");
      expect((await read(server, "talkative/creds/machine")).data.access_token).toStartWith("eyJ");
      expect(secretsWrittenDown(server, world)).toBe(0);
    });

    story("would find them with a stock runtime", async () => {
      const stock = join(folder, `stock-${kind}`);
      const bun = process.execPath;
      compileExecutable({ root, entry: "src/main.ts", bun, base: bun, target: here }, stock);
      await mountedAs("stock", stock, { BUN_CONFIG_VERBOSE_FETCH: "curl" });
      await configure("stock");
      await read(server, "stock/creds/app");
      expect(secretsWrittenDown(server, world)).toBeGreaterThan(0);
    });

    story("cannot make it accept certificates of strangers", async () => {
      const authority = await createCertificateAuthority();
      const tls = await authority.issue(["localhost", "127.0.0.1"]);
      const stranger = await startCognitoEmulator({ tls });
      try {
        await mountedAs("trusting", shippedHere, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
        const config = { ...world.config, cognito_endpoint: `https://localhost:${stranger.tlsPort}` };
        expect((await server.http("PUT", "trusting/config", config)).status).toBeLessThan(300);
        await server.http("PUT", "trusting/roles/app", world.userRole);
        const { status, body } = await server.http("GET", "trusting/creds/app");
        expect(status).toBeGreaterThanOrEqual(400);
        expect(JSON.stringify(body)).toMatch(/certificate/i);
      } finally {
        await stranger.close();
      }
    });
  });
}
