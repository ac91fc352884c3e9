/** What a host tells a plugin at its start, and what it reads from the plugin's first line (go-plugin client.go: Start). */
import { X509Certificate } from "node:crypto";
import type { Identity } from "../../src/go-plugin/self-signed-certificate.ts";

/** A plugin did not become usable; the message says what happened, in a sentence for whoever started it. */
export class PluginFailure extends Error {}

/** The plugin may be one that does not know the protocol it was offered. */
export class PluginRefusal extends PluginFailure {}

/** 5: certificates in the handshake, many backends per process. 4: what plugins were before. */
export type ProtocolVersion = 4 | 5;

export interface Handshake {
  /** For gRPC: `unix:<path>` or `127.0.0.1:<port>`. */
  readonly target: string;
  /** PEM; undefined when the plugin did not make one, as it has its certificate from elsewhere. */
  readonly certificate: string | undefined;
}

/** The guard by which a plugin knows that a host started it (sdk/plugin/serve.go: HandshakeConfig). */
const cookie = { VAULT_BACKEND_PLUGIN: "6669da05-b1c8-4f49-97d9-c8e5bed98e20" };

const offers: Readonly<Record<ProtocolVersion, string>> = { 4: "3,4", 5: "5" };

/** A shorter sixth field is not a certificate (go-plugin client.go: Start). */
const shortestCertificate = 50;

export interface HostEnvironmentOptions {
  readonly protocol: ProtocolVersion;
  readonly identity: Identity;
  readonly version: string;
  /** Protocol 4 only: where the plugin finds the certificate that both sides are to use. */
  readonly unwrapToken?: string | undefined;
}

/** The variables of sdk/helper/pluginutil/run_config.go and go-plugin client.go. They win over what was registered. */
export function hostEnvironment(options: HostEnvironmentOptions): Record<string, string> {
  return {
    ...cookie,
    VAULT_VERSION: options.version,
    VAULT_PLUGIN_AUTOMTLS_ENABLED: "true",
    VAULT_PLUGIN_METADATA_MODE: "false",
    ...(options.unwrapToken === undefined ? {} : { VAULT_UNWRAP_TOKEN: options.unwrapToken }),
    PLUGIN_PROTOCOL_VERSIONS: offers[options.protocol],
    PLUGIN_CLIENT_CERT: pem(options.identity.certificate),
    PLUGIN_MIN_PORT: "10000",
    PLUGIN_MAX_PORT: "25000",
  };
}

/** A certificate's DER bytes as PEM text. */
export function pem(certificate: Buffer): string {
  return new X509Certificate(certificate).toString();
}

/**
 * Reads `CORE|APP|NET|ADDR|PROTO|CERT`.
 * @throws PluginFailure that says what is wrong with the line.
 */
export function readHandshake(line: string, protocol: ProtocolVersion): Handshake {
  const shown = JSON.stringify(line.length > 200 ? `${line.slice(0, 200)}…` : line);
  const [core, app, network = "", address = "", rpc, certificate = ""] = line.trim().split("|");
  if (address === "") {
    throw new PluginFailure(
      `the plugin's first line of output is not a plugin's handshake: ${shown}. Is the file a Vault plugin, and does it print nothing before it serves?`,
    );
  }
  if (core !== "1") throw new PluginFailure(`the plugin's handshake is of an unknown core version: ${shown}`);
  if (app !== String(protocol)) {
    throw new PluginRefusal(`the plugin answers with protocol ${app} where ${offers[protocol]} was offered`);
  }
  if (rpc !== "grpc") throw new PluginFailure(`the plugin speaks ${rpc ?? "netrpc"}; only grpc is supported`);
  return { target: target(network, address), certificate: readCertificate(certificate) };
}

function target(network: string, address: string): string {
  switch (network) {
    case "unix":
      return `unix:${address}`;
    case "tcp":
      return `dns:${address}`;
    default:
      throw new PluginFailure(`the plugin listens on an unknown network: ${network}`);
  }
}

function readCertificate(text: string): string | undefined {
  if (text.length < shortestCertificate) return undefined;
  if (text.includes("=")) throw new PluginFailure("the certificate in the plugin's handshake has base64 padding");
  try {
    return pem(Buffer.from(text, "base64"));
  } catch (error) {
    throw new PluginFailure("the certificate in the plugin's handshake cannot be read", { cause: error });
  }
}
