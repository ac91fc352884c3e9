/** RFC 9113 §6.4: RST_STREAM. */
export function resetFrame(streamId: number, code: number): Buffer {
  const frame = Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  frame.writeUInt32BE(streamId, 5);
  frame.writeUInt32BE(code, 9);
  return frame;
}
