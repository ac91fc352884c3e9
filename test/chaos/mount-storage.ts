import type { RealServer } from "../servers/real-server.ts";

interface StoredEntry {
  readonly data: { readonly username: string };
  readonly created_at: number;
}

interface StoredLease {
  /** None of a wrapped answer. */
  readonly secret: { readonly internal_data: { readonly username: string } } | null;
}

interface KeptEntry {
  readonly key: string;
  readonly entry: StoredEntry;
}

export interface LeasedUser {
  readonly leaseId: string;
  readonly username: string;
}

/** What a server has stored of one mount, read and changed past the engine, through sys/raw. */
export class MountStorage {
  readonly #server: RealServer;
  readonly #mount: string;
  readonly #uuid: string;

  private constructor(server: RealServer, mount: string, uuid: string) {
    this.#server = server;
    this.#mount = mount;
    this.#uuid = uuid;
  }

  static async of(server: RealServer, mount: string): Promise<MountStorage> {
    const { body } = await server.http<{ data?: { uuid?: string } }>("GET", `sys/mounts/${mount}`);
    const uuid = body.data?.uuid;
    if (uuid === undefined) throw new Error(`the server does not tell the uuid of ${mount}: ${JSON.stringify(body)}`);
    return new MountStorage(server, mount, uuid);
  }

  /** The names in the write-ahead log. */
  async notedUsers(): Promise<string[]> {
    return (await this.#entries()).map(({ entry }) => entry.data.username);
  }

  /** Makes every entry of the write-ahead log look as old as this; how many there are. */
  async ageEntries(seconds: number): Promise<number> {
    const entries = await this.#entries();
    for (const { key, entry } of entries) {
      const value = JSON.stringify({ ...entry, created_at: Math.floor(Date.now() / 1000) - seconds });
      const { status, body } = await this.#server.http("PUT", `sys/raw/${key}`, { value });
      if (status >= 400) throw new Error(`writing ${key}: ${status} ${JSON.stringify(body)}`);
    }
    return entries.length;
  }

  async leasedUsers(): Promise<LeasedUser[]> {
    const creds = `${this.#mount}/creds/`;
    const found: LeasedUser[] = [];
    for (const role of await this.#keys(`sys/expire/id/${creds}`)) {
      for (const id of await this.#keys(`sys/expire/id/${creds}${role}`)) {
        const leaseId = `${creds}${role}${id}`;
        // Not from the data of its answer, which a renewal empties.
        const lease = await this.#read<StoredLease>(`sys/expire/id/${leaseId}`);
        // None of one that ended since the list was made.
        const username = lease?.secret?.internal_data.username;
        if (username !== undefined) found.push({ leaseId, username });
      }
    }
    return found;
  }

  async #entries(): Promise<KeptEntry[]> {
    const folder = `logical/${this.#uuid}/wal/`;
    const entries: KeptEntry[] = [];
    for (const id of await this.#keys(folder)) {
      const key = folder + id;
      const entry = await this.#read<StoredEntry>(key);
      if (entry !== undefined) entries.push({ key, entry });
    }
    return entries;
  }

  async #keys(folder: string): Promise<string[]> {
    const { status, body } = await this.#server.http<{ data?: { keys: string[] } }>("LIST", `sys/raw/${folder}`);
    if (status !== 200 && status !== 404) throw new Error(`listing ${folder}: ${status} ${JSON.stringify(body)}`);
    return body.data?.keys ?? [];
  }

  async #read<Entry>(key: string): Promise<Entry | undefined> {
    const { status, body } = await this.#server.http<{ data?: { value: string } }>("GET", `sys/raw/${key}`);
    if (status === 404) return undefined;
    if (body.data === undefined) throw new Error(`reading ${key}: ${status} ${JSON.stringify(body)}`);
    return JSON.parse(body.data.value) as Entry;
  }
}
