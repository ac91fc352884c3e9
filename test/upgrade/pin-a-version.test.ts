import { beforeAll, expect, test } from "bun:test";
import packageFile from "../../package.json" with { type: "json" };
import { goPlugin } from "../conformance/go-plugin/go-plugin.ts";
import type { RealServer } from "../servers/real-server.ts";
import { type Credentials, executable, read, write } from "../stories/cognito-world.ts";
import { describeUpgrade } from "./describe-upgrade.ts";
import { renew, revoke } from "./lease.ts";

const version = `v${packageFile.version}`;
const command = `cognito-${packageFile.version}`;

await describeUpgrade("mounts go over to a registered version, one by one", ({ shared }, world) => {
  const { pool, userRole, machineRole } = world.createPool();
  const leases: Record<string, Credentials[]> = { cognito: [], second: [] };
  const next = (mount: string) => leases[mount]?.pop() as Credentials;
  const isOurs = async (server: RealServer, mount: string) =>
    "issue_tokens" in (await read(server, `${mount}/roles/app`)).data;

  beforeAll(async () => {
    const server = shared();
    await server.registerPlugin({ name: "cognito", file: goPlugin, command: "cognito" });
    for (const mount of ["cognito", "second"]) {
      await server.enable(mount, "cognito");
      await write(server, `${mount}/config`, world.config);
      await write(server, `${mount}/roles/app`, { ...userRole, ttl: "1h" });
      await write(server, `${mount}/roles/machine`, machineRole);
      for (let issued = 0; issued < 4; issued += 1) leases[mount]?.push(await read(server, `${mount}/creds/app`));
    }
  });

  test("registering the version changes no mount", async () => {
    const server = shared();
    const { sha256 } = await server.placePlugin(executable, command);
    await server.cli([
      "plugin",
      "register",
      `-sha256=${sha256}`,
      `-command=${command}`,
      `-version=${version}`,
      "secret",
      "cognito",
    ]);
    expect((await server.cli(["plugin", "list", "secret"])).stdout).toMatch(new RegExp(`cognito +${version}`));
    expect(await isOurs(server, "cognito")).toBe(false);
    expect(await revoke(server, next("cognito"))).toMatchObject({ status: 204 });
  });

  test("one mount is tuned to it and reloaded; the other stays with the Go plugin", async () => {
    const server = shared();
    await server.cli(["secrets", "tune", `-plugin-version=${version}`, "cognito/"]);
    expect(await isOurs(server, "cognito")).toBe(false);
    await server.cli(["plugin", "reload", "-plugin=cognito"]);
    expect(await isOurs(server, "cognito")).toBe(true);
    expect(await isOurs(server, "second")).toBe(false);
    expect(server.pluginPids()).toHaveLength(2);
    const list = (await server.cli(["secrets", "list", "-detailed"])).stdout.split("\n");
    expect(list.find((line) => line.startsWith("cognito/"))).toContain(version);
  });

  test("leases of both live on", async () => {
    const server = shared();
    for (const mount of ["cognito", "second"]) {
      const lease = next(mount);
      expect(await renew(server, lease)).toMatchObject({ status: 200, body: { lease_duration: 3600 } });
      expect(await revoke(server, lease)).toMatchObject({ status: 204 });
      expect(pool.user(lease.data.username as string)).toBeUndefined();
      expect((await read(server, `${mount}/creds/machine`)).data.access_token).toStartWith("eyJ");
    }
  });

  test("a restart finds each mount's version again", async () => {
    const server = shared();
    await server.restart();
    expect(await isOurs(server, "cognito")).toBe(true);
    expect(await isOurs(server, "second")).toBe(false);
  });

  test("the way back is a version of the Go plugin: a mount that has one cannot be without again", async () => {
    const server = shared();
    await server.cli(["secrets", "tune", "-plugin-version=", "cognito/"], { mayFail: true });
    await server.cli(["plugin", "reload", "-plugin=cognito"]);
    expect(await isOurs(server, "cognito")).toBe(true);

    const { sha256 } = await server.placePlugin(goPlugin, "cognito-0.0.3");
    await server.cli([
      "plugin",
      "register",
      `-sha256=${sha256}`,
      "-command=cognito-0.0.3",
      "-version=v0.0.3",
      "secret",
      "cognito",
    ]);
    await server.cli(["secrets", "tune", "-plugin-version=v0.0.3", "cognito/"]);
    await server.cli(["plugin", "reload", "-plugin=cognito"]);
    expect(await isOurs(server, "cognito")).toBe(false);
    expect(await revoke(server, next("cognito"))).toMatchObject({ status: 204 });
  });

  test("registered to report it, the file is refused under another version", async () => {
    const server = shared();
    const { sha256 } = await server.placePlugin(executable, command);
    const register = (wanted: string) =>
      server.cli(
        [
          "plugin",
          "register",
          `-sha256=${sha256}`,
          `-command=${command}`,
          "-args=--report-version",
          `-version=${wanted}`,
          "secret",
          "cognito",
        ],
        { mayFail: true },
      );
    const refused = await register("v99.0.0");
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`reported version (${version}) did not match requested version (v99.0.0)`);
    expect(await register(version)).toMatchObject({ exitCode: 0 });
    await server.cli(["secrets", "tune", `-plugin-version=${version}`, "second/"]);
    await server.cli(["plugin", "reload", "-plugin=cognito"]);
    expect(await isOurs(server, "second")).toBe(true);
    expect(await revoke(server, next("second"))).toMatchObject({ status: 204 });
  });
});
