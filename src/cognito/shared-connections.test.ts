import { expect, test } from "bun:test";
import { SharedConnections } from "./shared-connections.ts";

/** A network whose requests go on for as long as the test wants. */
function openNetwork() {
  const underWay: { readonly url: string; readonly answer: (response: Response) => void }[] = [];
  const fetch = (url: Request | URL | string) =>
    new Promise<Response>((resolve) => underWay.push({ url: String(url), answer: resolve }));
  return { underWay, fetch, of: (url: string) => underWay.filter((request) => request.url === url).length };
}

const many = <T>(count: number, make: () => Promise<T>) => Array.from({ length: count }, make);

test("a mount whose requests hang leaves some to every other, and gives back to them what ends of its own", async () => {
  const { underWay, fetch, of } = openNetwork();
  const connections = new SharedConnections();
  const [hanging, other, third] = [{}, {}, {}].map((mount) => connections.fetchFor(mount, fetch));

  const waiting = many(300, async () => hanging?.("hanging"));
  expect(of("hanging")).toBe(128);
  void other?.("other");
  void many(300, async () => third?.("third"));
  expect(of("other")).toBe(1);
  expect(of("third")).toBe(64);

  underWay[0]?.answer(new Response("answer", { status: 418, headers: { a: "1" } }));
  const answer = await waiting[0];
  expect([answer?.status, answer?.headers.get("a"), await answer?.text()]).toEqual([418, "1", "answer"]);
  expect(of("hanging")).toBe(128);
  underWay[1]?.answer(new Response());
  await waiting[1];
  expect([of("hanging"), of("third")]).toEqual([128, 65]);
});

test("an answer counts until it is read to its end", async () => {
  const { underWay, fetch, of } = openNetwork();
  const mount = new SharedConnections().fetchFor({}, fetch);
  const requests = many(129, () => mount("a"));
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  underWay[0]?.answer(new Response(readable));
  const writer = writable.getWriter();
  await writer.write(new Uint8Array(1));
  expect(of("a")).toBe(128);
  await writer.close();
  await requests[0];
  expect(of("a")).toBe(129);
});

test("who waits too long is not sent, and nobody waits for them", async () => {
  const { underWay, fetch, of } = openNetwork();
  const mount = new SharedConnections().fetchFor({}, fetch);
  const [first] = many(128, () => mount("a"));
  const gone = new AbortController();
  const [leaving, left] = [mount("b", { signal: gone.signal }), mount("b", { signal: AbortSignal.abort("before") })];
  void mount("c");
  gone.abort("meanwhile");
  expect(await leaving.catch((reason) => reason)).toBe("meanwhile");
  expect(await left.catch((reason) => reason)).toBe("before");
  underWay[0]?.answer(new Response());
  await first;
  expect([of("b"), of("c")]).toEqual([0, 1]);
});
