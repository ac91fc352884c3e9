import type { RealServer } from "../servers/real-server.ts";

/** Where a mount's storage is, below `sys/raw/`. */
async function placeOf(server: RealServer, mount: string): Promise<string> {
  const { body } = await server.http<{ data: Record<string, { uuid: string }> }>("GET", "sys/mounts");
  const uuid = body.data[`${mount}/`]?.uuid;
  if (uuid === undefined) throw new Error(`nothing is mounted at ${mount}/`);
  return `logical/${uuid}/`;
}

/** Everything a mount has stored, byte by byte: key relative to the mount, and text. */
export async function storedBy(server: RealServer, mount: string): Promise<Readonly<Record<string, string>>> {
  const place = await placeOf(server, mount);
  const found: Record<string, string> = {};
  const collect = async (folder: string): Promise<void> => {
    const { body } = await server.http<{ data?: { keys: string[] } }>("LIST", `sys/raw/${place}${folder}`);
    for (const name of body.data?.keys ?? []) {
      const key = folder + name;
      if (name.endsWith("/")) await collect(key);
      else {
        const entry = await server.http<{ data: { value: string } }>("GET", `sys/raw/${place}${key}`);
        found[key] = entry.body.data.value;
      }
    }
  };
  await collect("");
  return found;
}

/** Writes a mount's stored entry past the plugin, as a plugin would write it. */
export function store(server: RealServer, mount: string, key: string, value: object): Promise<void> {
  return storeText(server, mount, key, `${JSON.stringify(value)}\n`);
}

export async function storeText(server: RealServer, mount: string, key: string, value: string): Promise<void> {
  const { status } = await server.http("PUT", `sys/raw/${await placeOf(server, mount)}${key}`, { value });
  if (status !== 204) throw new Error(`sys/raw answered ${status}`);
}
