import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

export interface MachOSignature {
  readonly machine: "amd64" | "arm64" | undefined;
  readonly identifier: string;
  /** Whether it is signed without an identity, which is enough to run but not to be downloaded by a browser and opened. */
  readonly isAdHoc: boolean;
  /** Pages whose hash is not the one in the signature. The kernel of Apple's machines kills a process at the first of them. */
  readonly wrongPages: number;
  readonly pages: number;
  /** Whether the signature ends the file and its hashes cover everything before it. */
  readonly coversAll: boolean;
}

const machines: Readonly<Record<number, MachOSignature["machine"]>> = { 16777223: "amd64", 16777228: "arm64" };
// mach-o/loader.h: LC_CODE_SIGNATURE; Security, cs_blobs.h: the rest
const codeSignatureCommand = 0x1d;
const [embeddedSignature, codeDirectory] = [0xfade0cc0, 0xfade0c02];
const [adHoc, sha256] = [2, 2];

/** Checks the code signature of a Mach-O file (64 bits, one architecture) against its bytes. */
export function machOSignature(path: string): MachOSignature {
  const file = readFileSync(path);
  if (file.readUInt32LE(0) !== 0xfeedfacf) throw new Error(`${path} is no Mach-O file of 64 bits`);
  let command = 32;
  for (let left = file.readUInt32LE(16); left > 0 && file.readUInt32LE(command) !== codeSignatureCommand; left -= 1) {
    command += file.readUInt32LE(command + 4);
  }
  if (file.readUInt32LE(command) !== codeSignatureCommand) throw new Error(`${path} is not signed`);
  const start = file.readUInt32LE(command + 8);
  const blob = file.subarray(start, start + file.readUInt32LE(command + 12));
  if (blob.readUInt32BE(0) !== embeddedSignature) throw new Error(`${path}: no signature where one should be`);

  const directories = Array.from({ length: blob.readUInt32BE(8) }, (_, index) =>
    blob.subarray(blob.readUInt32BE(16 + index * 8)),
  ).filter((one) => one.readUInt32BE(0) === codeDirectory);
  const directory = directories[0];
  if (directory === undefined || directory.readUInt8(37) !== sha256)
    throw new Error(`${path}: no SHA-256 code directory`);
  const hashes = directory.readUInt32BE(16);
  const identifier = directory.readUInt32BE(20);
  const [pages, limit] = [directory.readUInt32BE(28), directory.readUInt32BE(32)];
  const pageSize = 2 ** directory.readUInt8(39);
  let wrongPages = 0;
  for (let page = 0; page < pages; page += 1) {
    const bytes = file.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit));
    const wanted = directory.subarray(hashes + page * 32, hashes + (page + 1) * 32);
    if (!createHash("sha256").update(bytes).digest().equals(wanted)) wrongPages += 1;
  }
  return {
    machine: machines[file.readUInt32LE(4)],
    identifier: directory.subarray(identifier, directory.indexOf(0, identifier)).toString("latin1"),
    isAdHoc: (directory.readUInt32BE(12) & adHoc) !== 0,
    wrongPages,
    pages,
    coversAll: limit === start && pages === Math.ceil(limit / pageSize) && start + blob.length === file.length,
  };
}
