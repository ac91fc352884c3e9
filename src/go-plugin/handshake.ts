import { X509Certificate } from "node:crypto";
import { CannotServe } from "./cannot-serve.ts";

/** What a host shows and a plugin looks for, so that a plugin is not run by hand by mistake. Not a protection. */
export interface MagicCookie {
  readonly key: string;
  readonly value: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the host asked for when it started this process. */
export interface HostRequest {
  /** In PEM. The host shows it in both its roles: as our client and, behind the broker, as a server. */
  readonly hostCertificate: string;
  /** The host wants to know whether all connections can share one socket. */
  readonly asksForSharedSocket: boolean;
}

/**
 * Reads what the host put into the environment (go-plugin client.go: Start; server.go: Serve, protocolVersion).
 * Undefined when no host of our kind started this process: a person did, or a host looking for another kind of plugin.
 * @throws CannotServe when the host does not go with this plugin.
 */
export function readHostRequest(
  environment: Environment,
  cookie: MagicCookie,
  protocolVersion: number,
): HostRequest | undefined {
  if (environment[cookie.key] !== cookie.value) {
    return undefined;
  }
  const offered = environment["PLUGIN_PROTOCOL_VERSIONS"];
  if (!offers(offered, protocolVersion)) {
    throw new CannotServe(
      `the host offers plugin protocol version ${offered}, but this plugin speaks version ${protocolVersion} only`,
    );
  }
  const hostCertificate = environment["PLUGIN_CLIENT_CERT"];
  if (!hostCertificate) {
    throw new CannotServe(
      "the host gave no certificate (PLUGIN_CLIENT_CERT): this plugin serves hosts with AutoMTLS only",
    );
  }
  if (!isCertificate(hostCertificate)) {
    throw new CannotServe("what the host gave as its certificate (PLUGIN_CLIENT_CERT) is not a certificate in PEM");
  }
  return { hostCertificate, asksForSharedSocket: Boolean(environment["PLUGIN_MULTIPLEX_GRPC"]) };
}

/** A host too old to negotiate names no versions and looks at the one in the handshake line instead. */
function offers(versions: string | undefined, wanted: number): boolean {
  return !versions || versions.split(",").some((version) => version.trim() === String(wanted));
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** What the host needs to know to connect. */
export interface Listener extends Pick<HostRequest, "asksForSharedSocket"> {
  readonly protocolVersion: number;
  readonly socketPath: string;
  /** DER bytes. */
  readonly certificate: Buffer;
}

const coreProtocolVersion = 1;

/** The one line a host reads from its plugin's stdout (go-plugin server.go: Serve; client.go: Start, loadServerCert). */
export function handshakeLine(listener: Listener): string {
  const { protocolVersion, socketPath, asksForSharedSocket } = listener;
  const certificate = listener.certificate.toString("base64").replaceAll("=", "");
  const fields = [coreProtocolVersion, protocolVersion, "unix", socketPath, "grpc", certificate];
  // Hosts that did not ask would take a seventh field for a part of the certificate.
  return `${(asksForSharedSocket ? [...fields, "false"] : fields).join("|")}\n`;
}
