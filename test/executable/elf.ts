import { openSync, readSync } from "node:fs";

/** What an ELF file (64 bits, little-endian) asks of the system it runs on. */
export interface ElfNeeds {
  readonly machine: "amd64" | "arm64" | undefined;
  readonly interpreter: string | undefined;
  readonly libraries: readonly string[];
  /** Versions of symbols, such as `GLIBC_2.17`. */
  readonly versions: readonly string[];
}

const machines: Readonly<Record<number, ElfNeeds["machine"]>> = { 62: "amd64", 183: "arm64" };
const [loadSegment, dynamicSegment, interpreterSegment] = [1, 2, 3];
// elf.h: DT_NEEDED, DT_STRTAB, DT_VERNEED, DT_VERNEEDNUM
const [needed, stringTable, versionNeeds, versionNeedCount] = [1n, 5n, 0x6ffffffen, 0x6fffffffn];

/** Reads an ELF file's headers and dynamic section (System V ABI). */
export function elfNeeds(path: string): ElfNeeds {
  const file = openSync(path, "r");
  const at = (offset: number, length: number) => {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, offset);
    return bytes;
  };
  const header = at(0, 64);
  if (header.readUInt32BE(0) !== 0x7f454c46) throw new Error(`${path} is no ELF file`);
  const start = Number(header.readBigUInt64LE(32));
  const segments = Array.from({ length: header.readUInt16LE(56) }, (_, index) => {
    const bytes = at(start + index * 56, 56);
    return {
      type: bytes.readUInt32LE(0),
      offset: Number(bytes.readBigUInt64LE(8)),
      address: Number(bytes.readBigUInt64LE(16)),
      size: Number(bytes.readBigUInt64LE(32)),
    };
  });
  const ofType = (wanted: number) => segments.find(({ type }) => type === wanted);
  const offsetOf = (address: number) => {
    const segment = segments.find(
      (one) => one.type === loadSegment && address >= one.address && address < one.address + one.size,
    );
    return address - (segment?.address ?? 0) + (segment?.offset ?? 0);
  };
  const text = (offset: number) => at(offset, 256).toString("latin1").split("\0", 1)[0] ?? "";

  const dynamic = ofType(dynamicSegment);
  const entries: [bigint, number][] = [];
  for (let offset = 0; offset < (dynamic?.size ?? 0); offset += 16) {
    const bytes = at((dynamic?.offset ?? 0) + offset, 16);
    entries.push([bytes.readBigUInt64LE(0), Number(bytes.readBigUInt64LE(8))]);
  }
  const entryOf = (tag: bigint) => entries.find(([one]) => one === tag)?.[1] ?? 0;
  const strings = offsetOf(entryOf(stringTable));

  const versions = new Set<string>();
  let need = offsetOf(entryOf(versionNeeds));
  for (let left = entryOf(versionNeedCount); left > 0; left -= 1) {
    const bytes = at(need, 16);
    let auxiliary = need + bytes.readUInt32LE(8);
    for (let more = bytes.readUInt16LE(2); more > 0; more -= 1) {
      const entry = at(auxiliary, 16);
      versions.add(text(strings + entry.readUInt32LE(8)));
      auxiliary += entry.readUInt32LE(12);
    }
    need += bytes.readUInt32LE(12);
  }

  const interpreter = ofType(interpreterSegment);
  return {
    machine: machines[header.readUInt16LE(18)],
    interpreter: interpreter === undefined ? undefined : text(interpreter.offset),
    libraries: entries.filter(([tag]) => tag === needed).map(([, value]) => text(strings + value)),
    versions: [...versions].sort(),
  };
}
