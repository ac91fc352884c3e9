import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { type JsonObject, parseJsonObject } from "./json.ts";

let shared: KeyObject | undefined;

/** One RSA key for the whole process, made when first needed: making one takes a tenth of a second or more. */
function signingKey(): KeyObject {
  shared ??= createPrivateKey(
    generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    }).privateKey,
  );
  return shared;
}

export function signJwt(keyId: string, claims: JsonObject): string {
  const encode = (part: JsonObject) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const unsigned = `${encode({ kid: keyId, alg: "RS256" })}.${encode(claims)}`;
  return `${unsigned}.${sign("RSA-SHA256", Buffer.from(unsigned), signingKey()).toString("base64url")}`;
}

/** The public half, as one entry of a pool's jwks.json. */
export function publicJwk(keyId: string): JsonObject {
  const { kty, n, e } = createPublicKey(signingKey()).export({ format: "jwk" });
  return { alg: "RS256", e, kid: keyId, kty, n, use: "sig" };
}

/** The claims of a token this process signed; undefined for any other. Says nothing about its expiry. */
export function readJwt(token: string): JsonObject | undefined {
  const [header, payload, signature, ...rest] = token.split(".");
  if (!header || !payload || !signature || rest.length > 0) return undefined;
  const genuine = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${payload}`),
    createPublicKey(signingKey()),
    Buffer.from(signature, "base64url"),
  );
  return genuine ? parseJsonObject(Buffer.from(payload, "base64url").toString()) : undefined;
}
