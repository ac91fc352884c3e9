import type { RealServer } from "./real-server.ts";
import type { StorageType } from "./server-configuration.ts";

export interface ServerOptions {
  /** What the server's environment holds besides PATH, HOME and TMPDIR; its plugins inherit it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: file. */
  readonly storage?: StorageType;
  /** Settings of the configuration file that come before the harness's own. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The story is about a plugin that does not keep its secrets: none are looked for when the server stops. */
  readonly mayWriteSecrets?: boolean;
  /** Makes the server a node of a cluster, under this name; its storage is raft. */
  readonly node?: {
    readonly name: string /** A member of the cluster to join. None: it founds one. */;
    readonly joins?: RealServer;
  };
}

export interface CliOptions {
  /** What the command reads from its standard input. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  /** Default: the root token. */
  readonly token?: string;
  /** The command's failure is what the test is about: give its result back instead of throwing. */
  readonly mayFail?: boolean;
}

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PluginRegistration {
  readonly name: string;
  /** The executable; a copy of it goes into the server's plugin directory. */
  readonly file: string;
  /** The copy's name. Default: the name of `file`. */
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly version?: string;
}
