import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { handshakeLine, readHostRequest } from "./handshake.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

const cookie = { key: "COOKIE", value: "right" };
const hostCertificate = `${new X509Certificate(selfSignedCertificate(new Date(), "P-521").certificate)}`;
const environment = { COOKIE: "right", PLUGIN_PROTOCOL_VERSIONS: "5", PLUGIN_CLIENT_CERT: hostCertificate };

test("without the cookie, or with another one, no host of ours is there, whatever else is set", () => {
  for (const COOKIE of [undefined, "", "wrong", "right "]) {
    expect(readHostRequest({ ...environment, COOKIE }, cookie, 5)).toBeUndefined();
  }
});

test("the host's request is read", () => {
  expect(readHostRequest(environment, cookie, 5)).toEqual({ hostCertificate, asksForSharedSocket: false });
});

test("one of the host's versions must be ours; a host that names none looks for itself", () => {
  for (const versions of ["5", "4,5", "5,3", " 5", "", undefined]) {
    expect(readHostRequest({ ...environment, PLUGIN_PROTOCOL_VERSIONS: versions }, cookie, 5)).toBeDefined();
  }
  for (const versions of ["3,4", "55", "1.5", "v5", "-5", "5.0"]) {
    const read = () => readHostRequest({ ...environment, PLUGIN_PROTOCOL_VERSIONS: versions }, cookie, 5);
    expect(read).toThrow(`the host offers plugin protocol version ${versions}, but this plugin speaks version 5 only`);
  }
});

test("the line names versions, socket and certificate, and answers a wish for one socket only when there is one", () => {
  const certificate = Buffer.from("a certificate whose base64 ends with padding!");
  const line = { protocolVersion: 5, socketPath: "/tmp/plugin/socket", certificate };
  expect(handshakeLine({ ...line, asksForSharedSocket: false })).toBe(
    "1|5|unix|/tmp/plugin/socket|grpc|YSBjZXJ0aWZpY2F0ZSB3aG9zZSBiYXNlNjQgZW5kcyB3aXRoIHBhZGRpbmch\n",
  );
  const padded = { ...line, certificate: Buffer.from([0xff, 0xef]) };
  expect(handshakeLine({ ...padded, asksForSharedSocket: true })).toBe("1|5|unix|/tmp/plugin/socket|grpc|/+8|false\n");
});
