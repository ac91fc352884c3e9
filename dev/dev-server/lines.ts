/** Cuts a stream into lines. What stands after the last newline is not a line; the function returned tells it. */
export function readLines(stream: NodeJS.ReadableStream | null, each: (line: string) => void): () => string {
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) each(line);
  });
  return () => rest;
}
