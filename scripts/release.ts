/**
 * Makes a release in vault/plugins, and nothing else stays there: an executable for each platform, a bill of materials (CycloneDX), the
 * licences of what is inside, and checksums.txt over all of them.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { billOfMaterials } from "./building/bill-of-materials.ts";
import { bundledPackages } from "./building/bundled-packages.ts";
import { writeChecksums } from "./building/checksums.ts";
import { licensesText } from "./building/licenses.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "vault/plugins");
const read = (name: string) => readFileSync(join(root, name), "utf8");

const { name, version, license } = JSON.parse(read("package.json"));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const { status } = spawnSync(process.execPath, [join(root, "scripts/build.ts"), "--all"], { stdio: "inherit" });
if (status !== 0) process.exit(1);

const packages = bundledPackages(root, "src/main.ts", process.execPath);
const bunVersion = process.versions.bun ?? "";
writeFileSync(join(folder, `${name}.cdx.json`), billOfMaterials({ name, version, license, bunVersion }, packages));
const own = { name: `${name} ${version}`, text: read("LICENSE") };
writeFileSync(join(folder, `${name}-LICENSES.txt`), licensesText(own, packages, read("packaging/runtime-licenses.md")));
await writeChecksums(folder, name);
console.log(`Release ${version}: ${packages.length} packages and Bun ${bunVersion} are inside.\n`);
console.log(readFileSync(join(folder, "checksums.txt"), "utf8"));
