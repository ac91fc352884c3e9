import { describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { TestHost } from "./testing/test-host.ts";

describe("a host and a plugin", () => {
  test("shake hands and talk over mutual TLS", async () => {
    await using host = new TestHost();
    const fields = await host.handshake();
    expect(fields).toHaveLength(6);
    expect(fields.slice(0, 3)).toEqual(["1", "5", "unix"]);
    const toy = await host.toy();
    expect(await toy.ask("echo", "hello")).toBe("hello");
    expect(new X509Certificate(Buffer.from(fields[5] ?? "", "base64")).subjectAltName).toBe("DNS:localhost");
  });
  test("broker", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    await host.openBroker();
    host.offer(7, "unix", await host.listen("unix"));
    expect(await toy.ask("askHost", "7 hi")).toBe("hi");
    host.offer(8, "tcp", await host.listen("tcp"));
    expect(await toy.ask("askHost", "8 hi")).toBe("hi");
  });
});
