import type { SecureServerOptions } from "node:http2";
import type { SecureContextOptions } from "node:tls";
import { ServerCredentials } from "@grpc/grpc-js";

const http2Options: SecureServerOptions = {
  requestCert: true,
  rejectUnauthorized: true,
  minVersion: "TLSv1.2",
  // By default an HTTP/2 server drops a connection on which about 30 requests a second are cancelled, and with it
  // every mount of the process. Cancelling is everyday work for a host, and the host is the one peer let in here.
  streamResetBurst: Number.MAX_SAFE_INTEGER,
  streamResetRate: Number.MAX_SAFE_INTEGER,
};

/**
 * Credentials that let in only who holds the key of the certificate given as `ca`. `ServerCredentials.createSsl` of
 * grpc-js cannot set the options above; its base class passes them to `http2.createSecureServer` as they are.
 */
export class HostOnlyServerCredentials extends ServerCredentials {
  constructor(keys: Required<Pick<SecureContextOptions, "ca" | "key" | "cert">>) {
    super(http2Options, keys);
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}
