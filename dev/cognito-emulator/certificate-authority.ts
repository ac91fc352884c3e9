import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TlsIdentity } from "./listener.ts";

const run = promisify(execFile);
const DAYS = "2";

export interface CertificateAuthority {
  /** PEM of the authority's own certificate: what a client must trust. */
  readonly certificate: string;
  /** A certificate for these host names, wildcards allowed. */
  issue(hosts: readonly string[]): Promise<TlsIdentity>;
}

/** A throw-away authority for tests, valid for two days. Needs the `openssl` command. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const { key, certificate } = await inTemporaryDirectory(async (directory) => {
    const at = (name: string) => join(directory, name);
    await openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", at("key.pem")]);
    await writeFile(at("ca.cnf"), AUTHORITY_CONFIGURATION);
    await openssl([
      "req",
      "-x509",
      "-new",
      "-key",
      at("key.pem"),
      "-days",
      DAYS,
      "-config",
      at("ca.cnf"),
      "-out",
      at("ca.pem"),
    ]);
    return { key: await readFile(at("key.pem"), "utf8"), certificate: await readFile(at("ca.pem"), "utf8") };
  });
  return {
    certificate,
    issue: (hosts) =>
      inTemporaryDirectory(async (directory) => {
        const at = (name: string) => join(directory, name);
        await writeFile(at("ca.pem"), certificate);
        await writeFile(at("ca-key.pem"), key, { mode: 0o600 });
        await writeFile(at("leaf.cnf"), leafConfiguration(hosts));
        await openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", at("key.pem")]);
        await openssl(["req", "-new", "-key", at("key.pem"), "-config", at("leaf.cnf"), "-out", at("leaf.csr")]);
        const signing = ["-CA", at("ca.pem"), "-CAkey", at("ca-key.pem"), "-CAcreateserial", "-days", DAYS];
        const extensions = ["-extfile", at("leaf.cnf"), "-extensions", "leaf"];
        await openssl(["x509", "-req", "-in", at("leaf.csr"), ...signing, ...extensions, "-out", at("leaf.pem")]);
        return { key: await readFile(at("key.pem"), "utf8"), cert: await readFile(at("leaf.pem"), "utf8") };
      }),
  };
}

const AUTHORITY_CONFIGURATION = `[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Cognito emulator test authority
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
`;

const leafConfiguration = (hosts: readonly string[]): string => `[req]
distinguished_name = name
prompt = no
[name]
CN = Cognito emulator
[leaf]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${hosts.map((host) => (/^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`)).join(", ")}
`;

async function openssl(parameters: readonly string[]): Promise<void> {
  try {
    await run("openssl", [...parameters]);
  } catch (cause) {
    const missing = (cause as { readonly code?: unknown }).code === "ENOENT";
    throw new Error(
      missing ? "a test certificate needs the openssl command, which was not found" : `openssl ${parameters[0]} failed`,
      { cause },
    );
  }
}

async function inTemporaryDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "cognito-emulator-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
