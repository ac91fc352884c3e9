import { createHash } from "node:crypto";

/** Random bytes, as many as asked for. */
export type RandomBytes = (size: number) => Uint8Array;

const LOWER_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MIXED_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Makes names and secrets in the shapes AWS gives them, so that code which checks a shape meets the real one. */
export type Identifiers = ReturnType<typeof createIdentifiers>;

export function createIdentifiers(random: RandomBytes) {
  const pick = (alphabet: string, length: number): string =>
    Array.from(random(length), (byte) => alphabet[byte % alphabet.length]).join("");
  const opaque = (bytes: number): string => Buffer.from(random(bytes)).toString("base64url");
  const uuid = (): string => {
    const hex = Buffer.from(random(16)).toString("hex");
    const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  return {
    uuid,
    poolId: (region: string) => `${region}_${pick(MIXED_ALPHANUMERIC, 9)}`,
    clientId: () => pick(LOWER_ALPHANUMERIC, 26),
    clientSecret: () => pick(LOWER_ALPHANUMERIC, 51),
    /** `prefix` is AKIA for a user's key, ASIA for a temporary one, AROA for a role. */
    awsId: (prefix: "AKIA" | "ASIA" | "AROA" | "AIDA") => prefix + pick(UPPER_BASE32, 16),
    secretAccessKey: () => Buffer.from(random(30)).toString("base64"),
    sessionToken: () => `FwoGZXIvYXdzE${Buffer.from(random(300)).toString("base64")}`,
    challengeSession: () => `AYABe${opaque(600)}`,
    /** Five segments, as the encrypted token Cognito hands out. */
    refreshToken: () => [opaque(54), opaque(256), opaque(12), opaque(780), opaque(16)].join("."),
    temporaryPassword: () => `${pick(MIXED_ALPHANUMERIC, 16)}aA1!`,
  };
}

/** A key id that stays the same for a pool as long as its emulator lives. */
export const keyIdFor = (poolId: string): string =>
  createHash("sha256").update(`signing key of ${poolId}`).digest("base64");
