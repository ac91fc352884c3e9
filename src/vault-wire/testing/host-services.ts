import * as grpc from "@grpc/grpc-js";
import { type StorageServer, StorageService, type SystemViewServer, SystemViewService } from "../gen/backend.ts";
import { CuttableRelay } from "./cuttable-relay.ts";
import { listen } from "./listen.ts";

type Answers<Server> = { [Method in keyof Server as string extends Method ? never : Method]?: Server[Method] };

/** What a host offers to its mounts. Methods that are left out are unimplemented, as on a host that lacks them. */
export interface HostServices {
  readonly storage?: Answers<StorageServer>;
  readonly systemView?: Answers<SystemViewServer>;
}

export interface ListeningHost {
  readonly address: string;
  /** Resolves once every client has gone by itself. */
  allGone(): Promise<void>;
  /** Cuts whoever is still connected, as when the host's process dies. */
  die(): void;
}

export async function listenAsHost({ storage = {}, systemView = {} }: HostServices): Promise<ListeningHost> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(StorageService, storage);
  server.addService(SystemViewService, systemView);
  // The server itself cannot tell who left: as it shuts down it sends its clients away.
  const relay = await CuttableRelay.to(await listen(server));
  return {
    address: relay.address,
    allGone: () => relay.allEnded(),
    die: () => {
      relay.close();
      server.forceShutdown();
    },
  };
}

/** Storage as Vault offers it: everything but pages. */
export function vaultStorage(entries: Map<string, Buffer>): Answers<StorageServer> {
  return {
    list: ({ request: { prefix } }, answer) => answer(null, { keys: childrenOf(entries, prefix), err: "" }),
    get: ({ request: { key } }, answer) => {
      const value = entries.get(key);
      answer(null, { entry: value === undefined ? undefined : { key, value, seal_wrap: false }, err: "" });
    },
    put: ({ request: { entry } }, answer) => {
      if (entry !== undefined) entries.set(entry.key, entry.value);
      answer(null, { err: "" });
    },
    delete: ({ request: { key } }, answer) => {
      entries.delete(key);
      answer(null, { err: "" });
    },
  };
}

/** Storage as OpenBao offers it, with pages. */
export function openBaoStorage(entries: Map<string, Buffer>): Answers<StorageServer> {
  return {
    ...vaultStorage(entries),
    listPage: ({ request: { prefix, after, limit } }, answer) => {
      const keys = childrenOf(entries, prefix).filter((key) => key > after);
      answer(null, { keys: limit > 0 ? keys.slice(0, limit) : keys, err: "" });
    },
  };
}

function childrenOf(entries: Map<string, Buffer>, prefix: string): string[] {
  const children = [...entries.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length).replace(/\/.*/, "/"));
  return [...new Set(children)].sort();
}
