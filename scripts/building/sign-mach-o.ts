import { createHash } from "node:crypto";

// mach-o/loader.h
const [magic64, segmentCommand, codeSignatureCommand] = [0xfeedfacf, 0x19, 0x1d];
// xnu osfmk/kern/cs_blobs.h
const [embeddedSignature, codeDirectory, codeDirectorySlot] = [0xfade0cc0, 0xfade0c02, 0];
const [version, adHoc, sha256, mainBinary] = [0x20400, 2, 2, 1n];
const [superBlobLength, directoryLength, hashLength] = [20, 88, 32];
const pageBits = 12;
const memoryPage = 0x4000;

/**
 * Signs a Mach-O file (64 bits, one architecture, with room for a signature at its end) without an identity, in place of the
 * signature it has. Bun does so for arm64 only; in its amd64 files the signature of the runtime stays behind, whose hashes no
 * longer fit, and macOS ends a process at the first page that differs from its signature.
 */
export function signMachO(file: Buffer, identifier: string): Buffer {
  if (file.readUInt32LE(0) !== magic64) throw new Error("not a Mach-O file of 64 bits");
  const commands = loadCommands(file);
  const signature = commands.find(({ type }) => type === codeSignatureCommand)?.at;
  const segment = (name: string) =>
    commands.find(({ type, at }) => type === segmentCommand && nameOf(file, at) === name)?.at;
  const [text, linkEdit] = [segment("__TEXT"), segment("__LINKEDIT")];
  if (signature === undefined || text === undefined || linkEdit === undefined) {
    throw new Error("the Mach-O file has no place for a signature");
  }

  const start = file.readUInt32LE(signature + 8);
  if (start + file.readUInt32LE(signature + 12) !== file.length) throw new Error("the signature is not at the end");
  const pages = Math.ceil(start / 2 ** pageBits);
  const name = Buffer.from(`${identifier}\0`);
  const length = superBlobLength + directoryLength + name.length + pages * hashLength;

  const signed = Buffer.alloc(start + length);
  file.copy(signed, 0, 0, start);
  signed.writeUInt32LE(length, signature + 12);
  const linkEditLength = start + length - Number(file.readBigUInt64LE(linkEdit + 40));
  signed.writeBigUInt64LE(BigInt(linkEditLength), linkEdit + 48);
  signed.writeBigUInt64LE(BigInt(Math.ceil(linkEditLength / memoryPage) * memoryPage), linkEdit + 32);

  const blob = signed.subarray(start);
  writeWords(blob, [embeddedSignature, length, 1, codeDirectorySlot, superBlobLength]);
  const directory = blob.subarray(superBlobLength);
  const hashes = directoryLength + name.length;
  writeWords(directory, [
    ...[codeDirectory, length - superBlobLength, version, adHoc],
    ...[hashes, directoryLength, 0, pages, start],
  ]);
  directory.set([hashLength, sha256, 0, pageBits], 36);
  directory.writeBigUInt64BE(file.readBigUInt64LE(text + 40), 64);
  directory.writeBigUInt64BE(file.readBigUInt64LE(text + 48), 72);
  directory.writeBigUInt64BE(mainBinary, 80);
  name.copy(directory, directoryLength);
  for (let page = 0; page < pages; page += 1) {
    const bytes = signed.subarray(page * 2 ** pageBits, Math.min((page + 1) * 2 ** pageBits, start));
    createHash("sha256")
      .update(bytes)
      .digest()
      .copy(directory, hashes + page * hashLength);
  }
  return signed;
}

function loadCommands(file: Buffer): { type: number; at: number }[] {
  const commands: { type: number; at: number }[] = [];
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left -= 1) {
    commands.push({ type: file.readUInt32LE(at), at });
    at += file.readUInt32LE(at + 4);
  }
  return commands;
}

function nameOf(file: Buffer, segment: number): string {
  return file
    .subarray(segment + 8, segment + 24)
    .toString("latin1")
    .replace(/\0+$/, "");
}

function writeWords(into: Buffer, words: readonly number[]): void {
  for (const [index, word] of words.entries()) into.writeUInt32BE(word, index * 4);
}
