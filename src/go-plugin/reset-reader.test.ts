import { expect, test } from "bun:test";
import fc from "fast-check";
import { ResetReader } from "./reset-reader.ts";
import { resetFrame } from "./testing/reset-frame.ts";

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

function frame(type: number, streamId: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

const streamId = fc.integer({ min: 1, max: 0x7f_ff_ff_ff });
const code = fc.nat({ max: 0xff_ff_ff_ff });
const otherType = fc.nat({ max: 255 }).filter((type) => type !== 3);
/** For a server to refuse, not to be taken for a reset. */
const ofOtherLength = fc.uint8Array({ maxLength: 40 }).filter(({ length }) => length !== 4);
/** Payloads of other frames may look like anything, a reset among it. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constant(resetFrame(1, 8)),
  fc.constant(Buffer.alloc(20_000)),
);
const frames = fc.array(
  fc.oneof(
    fc.record({ streamId, code }),
    fc.record({ type: otherType, streamId: fc.oneof(fc.constant(0), streamId), payload }),
    fc.record({ type: fc.constant(3), streamId, payload: ofOtherLength }),
  ),
);

test("every reset is found, and nothing else, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sent, cuts) => {
      const found: object[] = [];
      const reader = new ResetReader((streamId, code) => found.push({ streamId, code }));
      const bytes = Buffer.concat([
        Buffer.from(preface),
        ...sent.map((one) =>
          "code" in one ? resetFrame(one.streamId, one.code) : frame(one.type, one.streamId, one.payload),
        ),
      ]);
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const length = cuts[turn % cuts.length] ?? 1;
        reader.read(bytes.subarray(at, at + length));
        at += length;
      }
      expect(found).toEqual(sent.filter((one) => "code" in one));
    }),
  );
});

test("the bit that RFC 9113 reserves is no part of the stream's number", () => {
  const found: number[] = [];
  new ResetReader((id) => found.push(id)).read(Buffer.concat([Buffer.from(preface), resetFrame(0x80_00_00_05, 8)]));
  expect(found).toEqual([5]);
});
