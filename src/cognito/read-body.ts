/** An answer that is longer than anything that could be meant. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
  readonly code = "TooLarge";
}

/** The body. Rejects with TooLargeError, and takes in no more, once it exceeds `limit` bytes. */
export async function readBody(response: Response, limit: number): Promise<Uint8Array> {
  const { headers } = response;
  const told = Number(headers.get("content-length") ?? Number.NaN);
  // What is told is what comes, unless it is packed; reading that in one go costs a fraction of reading a stream.
  if (told <= limit && !headers.has("content-encoding")) return new Uint8Array(await response.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new TooLargeError(`the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
