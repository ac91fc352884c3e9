import type { BundledPackage } from "./bundled-packages.ts";

const line = "=".repeat(100);

/** The licences of everything in the executable, in one text. Packages that share a text are listed above it. */
export function licensesText(
  own: { readonly name: string; readonly text: string },
  packages: readonly BundledPackage[],
  runtime: string,
): string {
  const byText = new Map<string, string[]>();
  for (const { name, version, license, homepage, licenseTexts } of packages) {
    const where = homepage === undefined ? "" : `, ${homepage}`;
    const text =
      licenseTexts.length > 0 ? licenseTexts.join("\n\n") : `Its package holds no text of its licence (${license}).`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license}${where})`]);
  }
  const sections = [...byText].map(([text, names]) => `${names.join("\n")}\n\n${text}`);
  return `${[`${own.name}\n\n${own.text.trim()}`, ...sections, runtime.trim()].join(`\n\n${line}\n\n`)}\n`;
}
