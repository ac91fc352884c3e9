import { beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mountAsInTheReadme, tokenWithPolicy } from "../../test/readme/example-mount.ts";
import { describeOnRealServers } from "../../test/servers/every-server.ts";
import { type Credentials, write } from "../../test/stories/cognito-world.ts";
import { worldOfAStory } from "../../test/stories/world-of-a-story.ts";
import { problems, specs } from "./definitions.ts";

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Readonly<Record<string, string>> & { readonly params?: Readonly<Record<string, string>> };
}

const file = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");
const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".yaml"));
const manifests = names.flatMap((name) => Bun.YAML.parse(file(name)) as Manifest | Manifest[]);

test("the manifests have the operator's fields, with values that it takes", () => {
  expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
    "VaultAuth",
    "VaultConnection",
    "VaultDynamicSecret",
    "VaultDynamicSecret",
  ]);
  for (const { apiVersion, kind, spec } of manifests) {
    expect(apiVersion).toBe("secrets.hashicorp.com/v1beta1");
    expect(problems(spec, specs[kind] ?? { fields: {} }, kind)).toEqual([]);
  }
});

test("they name each other rightly", () => {
  const namesOf = (wanted: string) =>
    manifests.flatMap(({ kind, metadata }) => (kind === wanted ? [metadata.name] : []));
  for (const { kind, spec } of manifests) {
    if (kind === "VaultDynamicSecret") expect(namesOf("VaultAuth")).toContain(spec.vaultAuthRef as string);
    if (kind === "VaultAuth") expect(namesOf("VaultConnection")).toContain(spec.vaultConnectionRef as string);
  }
});

test("a wrong field would be found", () => {
  const rule = specs.VaultDynamicSecret ?? { fields: {} };
  expect(problems({ mount: "cognito", pth: "x", renewalPercent: 95, destination: {} }, rule, "spec")).toEqual([
    "spec.path: is missing",
    "spec.pth: there is no such field",
    "spec.renewalPercent: must be from 0 to 90",
    "spec.destination.name: is missing",
  ]);
});

describeOnRealServers("the requests of the manifests", ({ shared, test }) => {
  const world = worldOfAStory();
  beforeAll(async () => {
    await mountAsInTheReadme(shared(), world());
    await write(shared(), "cognito/roles/my-machine", { token_lease: true, cache_tokens: true });
  });

  test("are answered with leases, under the policy", async () => {
    const token = await tokenWithPolicy(shared(), "operator", file("policy.hcl"));
    const answers = new Map<string, Credentials>();
    for (const { kind, metadata, spec } of manifests) {
      if (kind !== "VaultDynamicSecret") continue;
      const { mount, path, params } = spec;
      const method = params === undefined ? "GET" : "PUT";
      const { status, body } = await shared().http<Credentials>(method, `${mount}/${path}`, params, {
        "x-vault-token": token,
      });
      expect(status).toBe(200);
      answers.set(metadata.name, body);
    }
    expect(answers.get("orders-token")).toMatchObject({ renewable: false, data: { token_type: "Bearer" } });
    expect(answers.get("orders-token")?.lease_duration).toBeGreaterThan(3000);
    expect(answers.get("orders-user")).toMatchObject({ renewable: true, lease_duration: 1800 });
  });
});
