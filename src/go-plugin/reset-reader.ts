/** RFC 9113 §3.4: what a client sends before its frames, in bytes. */
const prefaceLength = 24;
/** RFC 9113 §4.1: length (3 bytes), type, flags, stream (4 bytes). */
const headLength = 9;
/** RFC 9113 §6.4: its payload is the error code (4 bytes). */
const rstStream = 3;
const rstStreamLength = 4;

/** Finds in the bytes that an HTTP/2 client sends, however they are cut, which streams it resets. */
export class ResetReader {
  readonly #onReset: (streamId: number, errorCode: number) => void;
  readonly #frame = Buffer.alloc(headLength + rstStreamLength);
  #filled = 0;
  #wanted = headLength;
  #toSkip = prefaceLength;

  constructor(onReset: (streamId: number, errorCode: number) => void) {
    this.#onReset = onReset;
  }

  read(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#toSkip, chunk.length - at);
      this.#toSkip -= skipped;
      at += skipped;
      const taken = Math.min(this.#wanted - this.#filled, chunk.length - at);
      this.#frame.set(chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === this.#wanted) this.#complete();
    }
  }

  #complete(): void {
    if (this.#wanted > headLength) {
      this.#onReset(this.#frame.readUInt32BE(5) & 0x7f_ff_ff_ff, this.#frame.readUInt32BE(headLength));
    } else {
      const length = this.#frame.readUIntBE(0, 3);
      if (this.#frame[3] === rstStream && length === rstStreamLength) {
        this.#wanted += rstStreamLength;
        return;
      }
      this.#toSkip = length;
    }
    this.#filled = 0;
    this.#wanted = headLength;
  }
}
