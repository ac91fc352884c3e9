import { writeSync } from "node:fs";

/** How long a line waits for a reader that does not keep up, before the rest of it is dropped. Milliseconds. */
const patience = 1_000;
const pause = 5;

const sleepCell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes lines to a file descriptor at once, so that the last words of a process are not lost. Never throws: a log that
 * cannot be written must not stop the work. Meant for stderr, whose pipe may be set not to block.
 */
export function lineWriter(descriptor: number): (line: string) => void {
  let broken = false;
  let stuck = false;
  return (line) => {
    const bytes = Buffer.from(broken ? `\n${line}` : line);
    const written = writeAll(descriptor, bytes, stuck ? 0 : patience);
    stuck = written < bytes.length;
    broken = stuck && (broken || written > 0);
  };
}

/** Returns how many bytes were written before the reader was gone or too slow. */
function writeAll(descriptor: number, bytes: Buffer, longestWait: number): number {
  let written = 0;
  let waited = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const busy = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!busy || waited >= longestWait) {
        return written;
      }
      Atomics.wait(sleepCell, 0, 0, pause);
      waited += pause;
    }
  }
  return written;
}
