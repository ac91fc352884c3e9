import type { RealServer } from "../servers/real-server.ts";
import { read, write } from "../stories/cognito-world.ts";
import { type Holdings, holdingsOf } from "./mount-holdings.ts";

const atOnce = 4;

const role = {
  app_client_id: "machine",
  app_client_secret: "not asked for",
  cognito_pool_domain: "auth.example.com",
};

/** Mounts the registered plugin `cognito` so many times, uses every mount, and unmounts them all. Returns what was held in between. */
export async function comeAndGo(server: RealServer, count: number): Promise<Holdings> {
  const paths = Array.from({ length: count }, (_, index) => `mount-${index}`);
  await each(paths, async (path) => {
    await server.enable(path, "cognito");
    await write(server, `${path}/roles/${path}`, role);
    await read(server, `${path}/roles/${path}`);
  });
  const held = holdingsOf(server);
  await each(paths, async (path) => {
    const { status } = await server.http("DELETE", `sys/mounts/${path}`);
    if (status !== 204) throw new Error(`unmounting ${path}: ${status}`);
  });
  return held;
}

/** Has the server start the plugin anew, so many times; every mount must answer each time. */
export async function reload(server: RealServer, times: number, paths: readonly string[]): Promise<void> {
  for (let left = times; left > 0; left -= 1) {
    const before = server.pluginPids();
    await write(server, "sys/plugins/reload/backend", { plugin: "cognito" });
    await Promise.all(paths.map((path) => read(server, `${path}/roles/kept`)));
    if (server.pluginPids().some((pid) => before.includes(pid))) throw new Error("the plugin was not started anew");
  }
}

/** Mounts that stay, so that the process does. */
export async function keep(server: RealServer, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await server.enable(path, "cognito");
    await write(server, `${path}/roles/kept`, role);
  }
}

async function each(paths: readonly string[], act: (path: string) => Promise<void>): Promise<void> {
  const left = [...paths];
  const work = async () => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) await act(path);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
