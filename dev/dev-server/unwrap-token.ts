import { createHmac, randomBytes, randomUUID } from "node:crypto";

/**
 * A wrapping token that tells where it can be used, as plugins of protocol 4 need it: a JWT, whose signature nobody checks
 * (sdk/helper/pluginutil/tls.go: VaultPluginTLSProvider).
 */
export function unwrapToken(address: string, now: number): string {
  const header = encode({ alg: "HS256", typ: "JWT" });
  const seconds = Math.floor(now / 1000);
  const claims = encode({ addr: address, iat: seconds, exp: seconds + 60, jti: randomUUID(), type: "wrapping" });
  const signature = createHmac("sha256", randomBytes(32)).update(`${header}.${claims}`).digest("base64url");
  return `${header}.${claims}.${signature}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
