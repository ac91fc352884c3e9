import { expect, test } from "bun:test";
import { selfSignedCertificate } from "../../src/go-plugin/self-signed-certificate.ts";
import { hostEnvironment, readHandshake } from "./handshake-host.ts";

const identity = selfSignedCertificate(new Date());
const certificate = identity.certificate.toString("base64");

test("a handshake names the socket and the certificate", () => {
  const read = readHandshake(`1|5|unix|/tmp/p/socket|grpc|${certificate.replaceAll("=", "")}\r`, 5);
  expect(read.target).toBe("unix:/tmp/p/socket");
  expect(read.certificate).toStartWith("-----BEGIN CERTIFICATE-----");
  expect(readHandshake("1|4|tcp|127.0.0.1:1234|grpc|", 4)).toEqual({
    target: "dns:127.0.0.1:1234",
    certificate: undefined,
  });
});

test("padding in the certificate is told, as real hosts fail on it", () => {
  const padded = `${certificate.replaceAll("=", "")}=`;
  expect(() => readHandshake(`1|5|unix|/tmp/s|grpc|${padded}`, 5)).toThrow("has base64 padding");
});

test.each([
  ["2|5|unix|/tmp/s|grpc|", "unknown core version"],
  ["1|5|pipe|/tmp/s|grpc|", "unknown network: pipe"],
  ["1|5|unix", "not a plugin's handshake"],
  [`${"x".repeat(1000)}`, "…"],
])("%s is refused", (line, reason) => {
  expect(() => readHandshake(line, 5)).toThrow(reason);
});

test("a plugin is told what Vault tells it, its key never", () => {
  const told = hostEnvironment({ protocol: 5, identity, version: "1.21.0" });
  expect(Object.keys(told).sort()).toEqual([
    "PLUGIN_CLIENT_CERT",
    "PLUGIN_MAX_PORT",
    "PLUGIN_MIN_PORT",
    "PLUGIN_PROTOCOL_VERSIONS",
    "VAULT_BACKEND_PLUGIN",
    "VAULT_PLUGIN_AUTOMTLS_ENABLED",
    "VAULT_PLUGIN_METADATA_MODE",
    "VAULT_VERSION",
  ]);
  expect(told["PLUGIN_CLIENT_CERT"]).toEndWith("-----END CERTIFICATE-----\n");
  expect(JSON.stringify(told)).not.toContain("PRIVATE KEY");
  expect(hostEnvironment({ protocol: 4, identity, version: "1.21.0", unwrapToken: "t" })).toMatchObject({
    PLUGIN_PROTOCOL_VERSIONS: "3,4",
    VAULT_UNWRAP_TOKEN: "t",
  });
});
