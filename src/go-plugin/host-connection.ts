import { constants } from "node:http2";
import { Duplex } from "node:stream";
import { ResetReader } from "./reset-reader.ts";

/** More than a host resets between an event of the connection and the end of what it brings about. */
const resetsRemembered = 1000;

/**
 * The host's connection, decrypted, for an HTTP/2 server to read. Knows which streams the host resets: of a stream that has
 * ended, the server itself drops the frame without a word.
 */
export class HostConnection extends Duplex {
  readonly #socket: Duplex;
  readonly #watched = new Map<number, () => void>();
  readonly #reset = new Set<number>();

  constructor(socket: Duplex) {
    super();
    this.#socket = socket;
    const resets = new ResetReader((streamId, errorCode) => {
      // Without an error the client only says that it needs no more of what it has read.
      if (errorCode !== constants.NGHTTP2_NO_ERROR) this.#onReset(streamId);
    });
    socket.on("data", (chunk: Buffer) => {
      resets.read(chunk);
      if (!this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  /** Calls `act` once the host resets this stream; at once if it has just done so. Returns what ends the watch. */
  whenReset(streamId: number, act: () => void): () => void {
    if (this.#reset.has(streamId)) act();
    else this.#watched.set(streamId, act);
    return () => this.#watched.delete(streamId);
  }

  #onReset(streamId: number): void {
    const act = this.#watched.get(streamId);
    this.#watched.delete(streamId);
    this.#reset.add(streamId);
    const [oldest] = this.#reset;
    if (this.#reset.size > resetsRemembered && oldest !== undefined) this.#reset.delete(oldest);
    act?.();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, written: (error?: Error | null) => void): void {
    this.#socket.write(chunk, written);
  }

  override _final(ended: () => void): void {
    this.#socket.end(ended);
  }

  override _destroy(error: Error | null, destroyed: (error?: Error | null) => void): void {
    this.#socket.destroy();
    destroyed(error);
  }
}
