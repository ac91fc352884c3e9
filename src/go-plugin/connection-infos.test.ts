import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { ConnectionInfos } from "./connection-infos.ts";

const named = (id: number) => ({ service_id: id, network: "unix", address: `/sockets/${id}`, knock: undefined });

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What came of it, once it is settled. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => String(error));
}

test("a connection named before it is claimed is handed over once", async () => {
  const infos = new ConnectionInfos();
  infos.offer(named(1));
  expect(await infos.claim(1)).toEqual(named(1));
  const again = outcome(infos.claim(1));
  jest.advanceTimersByTime(5_000);
  expect(await again).toBe("Error: the host did not name its connection 1 within 5 seconds");
});

test("a connection claimed before it is named waits almost 5 seconds for it", async () => {
  const infos = new ConnectionInfos();
  const claim = infos.claim(2);
  jest.advanceTimersByTime(4_999);
  infos.offer(named(1));
  infos.offer(named(2));
  expect(await claim).toEqual(named(2));
});

test("a connection nobody claims is forgotten after 5 seconds", async () => {
  const infos = new ConnectionInfos();
  infos.offer(named(1));
  jest.advanceTimersByTime(5_000);
  const late = outcome(infos.claim(1));
  jest.advanceTimersByTime(5_000);
  expect(await late).toContain("did not name its connection 1");
});

test("a host that names a connection again starts its 5 seconds anew, and the last name counts", async () => {
  const infos = new ConnectionInfos();
  infos.offer(named(1));
  jest.advanceTimersByTime(4_000);
  infos.offer({ ...named(1), address: "/sockets/newer" });
  jest.advanceTimersByTime(4_000);
  expect(await infos.claim(1)).toMatchObject({ address: "/sockets/newer" });
});

test("a claim ends with its caller, who may claim again", async () => {
  const infos = new ConnectionInfos();
  const caller = new AbortController();
  const claim = outcome(infos.claim(1, caller.signal));
  caller.abort(new Error("the caller left"));
  expect(await claim).toBe("Error: the caller left");
  expect(await outcome(infos.claim(1, caller.signal))).toBe("Error: the caller left");
  const again = infos.claim(1);
  infos.offer(named(1));
  expect(await again).toEqual(named(1));
});

test("two cannot wait for the same connection", async () => {
  const infos = new ConnectionInfos();
  const first = infos.claim(1);
  expect(await outcome(infos.claim(1))).toBe("Error: the host's connection 1 is already being waited for");
  infos.offer(named(1));
  expect(await first).toEqual(named(1));
});
