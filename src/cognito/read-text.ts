/** An answer that is longer than anything that could be meant. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/** The body as text. Rejects with TooLargeError, and takes in no more, once it exceeds `limit` bytes. */
export async function readText(response: Response, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new TooLargeError(`the answer is longer than ${limit} bytes`);
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}
