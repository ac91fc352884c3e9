import { expect, test } from "bun:test";
import { secureEnvironment } from "./process-environment.ts";

test("an ordinary environment stays as it is", () => {
  const environment = { PATH: "/bin", HTTPS_PROXY: "http://proxy:3128", NODE_EXTRA_CA_CERTS: "/ca.pem" };
  expect(secureEnvironment(environment)).toBeUndefined();
  expect(environment).toEqual({ PATH: "/bin", HTTPS_PROXY: "http://proxy:3128", NODE_EXTRA_CA_CERTS: "/ca.pem" });
});

test("certificates cannot be left unchecked", () => {
  const environment: Record<string, string> = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  expect(secureEnvironment(environment)).toBeUndefined();
  expect(environment).toEqual({});
});

test("settings of the engine are refused by their names, without their values", () => {
  expect(secureEnvironment({ PATH: "/bin", BUN_JSC_useJIT: "a-value", BUN_JSC_dumpOptions: "2" })).toBe(
    "The environment changes how the JavaScript engine works (BUN_JSC_dumpOptions, BUN_JSC_useJIT): take this out of the plugin's registration (-env) and of the server's environment.",
  );
});

test("settings of AWS come from files of the machine, not from the environment disguised as one", () => {
  expect(
    secureEnvironment({ AWS_CONFIG_FILE: "/etc/aws/config", AWS_SHARED_CREDENTIALS_FILE: "/dev-team/aws" }),
  ).toBeUndefined();
  for (const file of ["/proc/self/environ", "/etc/../proc/1/environ", "//dev/fd/0", "/dev/stdin"]) {
    expect(secureEnvironment({ AWS_CONFIG_FILE: file })).toBe(
      "The environment names something below /proc or /dev as a file of AWS settings (AWS_CONFIG_FILE): take this out of the plugin's registration (-env) and of the server's environment.",
    );
    expect(secureEnvironment({ AWS_SHARED_CREDENTIALS_FILE: file })).toContain("(AWS_SHARED_CREDENTIALS_FILE)");
  }
});
