import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { SpdxId } from "@cyclonedx/cyclonedx-library/SPDX";
import type { BundledPackage } from "./bundled-packages.ts";

export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly bunVersion: string;
}

/**
 * What is in the executable, in CycloneDX 1.6 as JSON. The same for the same commit: it holds neither a time nor a serial
 * number.
 */
export function billOfMaterials(product: Product, packages: readonly BundledPackage[]): string {
  const application = new Models.Component(Enums.ComponentType.Application, product.name, {
    version: product.version,
    bomRef: product.name,
  });
  application.licenses.add(licenseOf(product.license));

  const runtime = new Models.Component(Enums.ComponentType.Platform, "bun", {
    version: product.bunVersion,
    bomRef: "bun",
    description: "The runtime the executable is a copy of. LICENSES.txt names what it links.",
    purl: `pkg:npm/bun@${product.bunVersion}`,
  });
  runtime.licenses.add(licenseOf("MIT AND LGPL-2.0-only AND LGPL-2.1-only"));

  const components = packages.map((one) => {
    const [group, name = one.name] = one.name.startsWith("@") ? one.name.split("/") : [undefined, one.name];
    const purl = `pkg:npm/${one.name.replace("@", "%40")}@${one.version}`;
    const component = new Models.Component(Enums.ComponentType.Library, name, {
      version: one.version,
      bomRef: purl,
      purl,
      ...(group === undefined ? {} : { group }),
    });
    component.licenses.add(licenseOf(one.license));
    if (one.sha512 !== undefined) {
      component.hashes.set(Enums.HashAlgorithm["SHA-512"], Buffer.from(one.sha512, "base64").toString("hex"));
    }
    return component;
  });

  const bom = new Models.Bom();
  bom.metadata.component = application;
  for (const component of [runtime, ...components]) {
    bom.components.add(component);
    application.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

/** One SPDX identifier, or several in an expression. */
function licenseOf(text: string): Models.SpdxLicense | Models.LicenseExpression {
  return /\s/.test(text) ? new Models.LicenseExpression(text) : new Models.SpdxLicense(text as SpdxId);
}
