import { createServer } from "node:net";

/** A port nobody listened on a moment ago; who takes it must expect to come second. */
export async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const listener = createServer();
  listener.on("error", reject);
  listener.listen(0, "127.0.0.1", () => {
    const bound = listener.address();
    listener.close(() => resolve(typeof bound === "object" && bound !== null ? bound.port : 0));
  });
  return promise;
}
