import { describe, expect, test } from "bun:test";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

describe.each(["P-256", "P-521"] as const)("a certificate of %s", (curve) => {
  const now = new Date("2026-11-22T12:31:30.999Z");
  const identity = selfSignedCertificate(now, curve);
  const certificate = new X509Certificate(identity.certificate);

  test("is signed by its own key", () => {
    expect(certificate.checkPrivateKey(createPrivateKey(identity.privateKey))).toBeTrue();
    expect(certificate.verify(certificate.publicKey)).toBeTrue();
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe(curve === "P-256" ? "prime256v1" : "secp521r1");
  });

  test("has the names, uses and times of go-plugin's template", () => {
    expect(certificate.subject).toBe("O=HashiCorp\nCN=localhost");
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.subjectAltName).toBe("DNS:localhost");
    expect(certificate.ca).toBeTrue();
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"]);
    expect(new Date(certificate.validFrom)).toEqual(new Date("2026-11-22T12:31:00Z"));
    expect(new Date(certificate.validTo)).toEqual(new Date("2056-11-22T00:31:30Z"));
  });

  test("says which uses its key has: signing, enciphering, agreeing, and signing certificates", () => {
    const usages = Buffer.from([0x06, 3, 0x55, 0x1d, 0x0f, 0x01, 1, 0xff, 0x04, 4, 0x03, 2, 2, 0b1010_1100]);
    expect(identity.certificate.includes(usages)).toBeTrue();
  });
});

test("no two certificates have the same serial number, key or bytes", () => {
  const now = new Date();
  const identities = Array.from({ length: 50 }, () => selfSignedCertificate(now));
  const certificates = identities.map(({ certificate }) => new X509Certificate(certificate));
  expect(new Set(certificates.map(({ serialNumber }) => serialNumber)).size).toBe(50);
  expect(new Set(certificates.map(({ publicKey }) => publicKey.export({ type: "spki", format: "pem" }))).size).toBe(50);
});

test("years are written with two digits until 2049 and with four from 2050", () => {
  for (const year of [2019, 2020, 2049, 2050, 2080]) {
    const { certificate } = selfSignedCertificate(new Date(Date.UTC(year, 0, 2)));
    const { validFrom, validTo } = new X509Certificate(certificate);
    expect(new Date(validFrom)).toEqual(new Date(Date.UTC(year, 0, 2) - 30_000));
    expect(new Date(validTo)).toEqual(new Date(Date.UTC(year, 0, 2) + 262_980 * 3_600_000));
    const text = new Date(validFrom).toISOString().replace(/[-:T]/g, "").slice(0, 14);
    expect(certificate.includes(`${year < 2050 ? text.slice(2) : text}Z`)).toBeTrue();
  }
});
