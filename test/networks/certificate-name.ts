import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What a store of authorities, such as /etc/ssl/certs, calls the file of this certificate. Needs the openssl command. */
export async function hashedCertificateName(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)("openssl", ["x509", "-noout", "-subject_hash", "-in", file]);
  return `${stdout.trim()}.0`;
}
