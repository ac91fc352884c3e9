import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A private key and the certificate that vouches for it. */
export interface Identity {
  /** PEM. Never leaves the process. */
  readonly privateKey: string;
  /** The certificate's DER bytes. */
  readonly certificate: Buffer;
}

const hour = 60 * 60 * 1000;
const validityHours = 262_980;
const clockSkew = 30 * 1000;

const commonName = oid([0x55, 0x04, 0x03]);
const organization = oid([0x55, 0x04, 0x0a]);
const ecdsaWithSha256 = sequence(oid([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]));
const clientAuth = oid([0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02]);
const serverAuth = oid([0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]);
const subjectAltName = oid([0x55, 0x1d, 0x11]);
const keyUsage = oid([0x55, 0x1d, 0x0f]);
const extendedKeyUsage = oid([0x55, 0x1d, 0x25]);
const basicConstraints = oid([0x55, 0x1d, 0x13]);

const booleanTrue = der(0x01, Buffer.from([0xff]));

/** digitalSignature, keyEncipherment, keyAgreement and keyCertSign: bits 0, 2, 4 and 5 of RFC 5280 §4.2.1.3. */
const keyUsages = der(0x03, Buffer.from([2, 0b1010_1100]));

/**
 * A new key and a certificate of the template every go-plugin process uses (go-plugin mtls.go: generateCert). Go's own
 * are of P-521; neither side looks at the other's curve, and P-256 shakes hands much faster.
 */
export function selfSignedCertificate(now: Date, curve: "P-256" | "P-521" = "P-256"): Identity {
  const keys = generateKeyPairSync("ec", {
    namedCurve: curve,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const name = sequence(nameAttribute(organization, "HashiCorp"), nameAttribute(commonName, "localhost"));
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    ecdsaWithSha256,
    name,
    sequence(time(now.getTime() - clockSkew), time(now.getTime() + validityHours * hour)),
    name,
    keys.publicKey,
    explicit(
      3,
      sequence(
        extension(keyUsage, booleanTrue, keyUsages),
        extension(extendedKeyUsage, sequence(clientAuth, serverAuth)),
        extension(basicConstraints, booleanTrue, sequence(booleanTrue)),
        extension(subjectAltName, sequence(der(0x82, Buffer.from("localhost")))),
      ),
    ),
  );
  const signature = sign("sha256", body, keys.privateKey);
  const certificate = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature));
  return { privateKey: keys.privateKey, certificate };
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

function explicit(number: number, content: Uint8Array): Buffer {
  return der(0xa0 | number, content);
}

function oid(encoded: readonly number[]): Buffer {
  return der(0x06, Buffer.from(encoded));
}

function nameAttribute(type: Uint8Array, value: string): Buffer {
  return der(0x31, sequence(type, der(0x0c, Buffer.from(value))));
}

function extension(type: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const flags = parts.slice(0, -1);
  return sequence(type, ...flags, der(0x04, ...parts.slice(-1)));
}

/** DER wants the fewest bytes that keep the number positive. */
function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Buffer.from([0]) : bytes.subarray(first);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return der(0x02, Buffer.from(sign), digits);
}

/** RFC 5280 §4.1.2.5: two-digit years through 2049, four-digit years from 2050. */
function time(milliseconds: number): Buffer {
  const digits = `${new Date(milliseconds).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  return digits < "2050" ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}
