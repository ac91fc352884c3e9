import { X509Certificate } from "node:crypto";
import { createSecureContext, type TlsOptions } from "node:tls";
import { ChannelCredentials } from "@grpc/grpc-js";
import type { Identity } from "./self-signed-certificate.ts";

/** Both directions of a plugin's connections. Each trusts exactly one certificate: the host's. */
export interface AutoMtls {
  readonly server: TlsOptions;
  readonly client: ChannelCredentials;
}

/** `hostCertificate` is PEM. One pair of certificates serves in both directions (go-plugin server.go: Serve). */
export function autoMtls(identity: Identity, hostCertificate: string): AutoMtls {
  const keys = {
    ca: hostCertificate,
    key: identity.privateKey,
    cert: new X509Certificate(identity.certificate).toString(),
  };
  const minVersion = "TLSv1.2";
  return {
    server: { ...keys, minVersion, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ["h2"] },
    client: ChannelCredentials.createFromSecureContext(createSecureContext({ ...keys, minVersion }), {
      // Said outright, as NODE_TLS_REJECT_UNAUTHORIZED in the host's environment would otherwise decide it.
      rejectUnauthorized: true,
    }),
  };
}
