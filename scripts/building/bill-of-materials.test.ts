import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { billOfMaterials } from "./bill-of-materials.ts";
import { bundledPackages } from "./bundled-packages.ts";
import { licensesText } from "./licenses.ts";

const root = join(import.meta.dirname, "../..");
const packages = bundledPackages(root, "src/main.ts", process.execPath);
const product = { name: "the-plugin", version: "1.2.3", license: "MIT", bunVersion: "1.4.5" };

test("the bill of materials names what is inside, by the version and hash of the lockfile, and nothing else", () => {
  const text = billOfMaterials(product, packages);
  const bom = JSON.parse(text);
  expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 });
  expect(bom.serialNumber).toBeUndefined();
  expect(bom.metadata.timestamp).toBeUndefined();
  expect(bom.metadata.component).toMatchObject({ name: "the-plugin", version: "1.2.3", type: "application" });

  const purls: string[] = bom.components.map(({ purl }: { purl: string }) => purl);
  expect(purls).toContain("pkg:npm/bun@1.4.5");
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const [name, version] of Object.entries(dependencies)) {
    expect(purls).toContain(`pkg:npm/${name.replace("@", "%40")}@${version}`);
  }
  const tools = Object.keys(devDependencies).filter((name) => name !== "bun");
  expect(purls.filter((purl) => tools.some((name) => purl.includes(`/${name.replace("@", "%40")}@`)))).toEqual([]);
  for (const { purl, hashes, licenses } of bom.components) {
    expect([purl, licenses.length]).toEqual([purl, 1]);
    if (purl !== "pkg:npm/bun@1.4.5")
      expect([purl, hashes?.[0].content]).toEqual([purl, expect.stringMatching(/^[0-9a-f]{128}$/)]);
  }
  expect(billOfMaterials(product, bundledPackages(root, "src/main.ts", process.execPath))).toBe(text);
}, 30_000);

test("the licences of everything inside are in one text", () => {
  const text = licensesText({ name: "the-plugin 1.2.3", text: "Our licence." }, packages, "The runtime's.");
  expect(text).toStartWith("the-plugin 1.2.3\n\nOur licence.");
  expect(text).toEndWith("The runtime's.\n");
  for (const { name, version, licenseTexts } of packages) {
    expect(text).toContain(`${name} ${version} (`);
    for (const one of licenseTexts) expect(text).toContain(one);
  }
});
