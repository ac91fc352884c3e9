/** The part of AWS a region belongs to, as it stands in ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

/** The region an AWS host name speaks for; undefined for any other host, such as a loopback address. */
export function regionOfHost(host: string, service: "cognito-idp" | "sts"): string | undefined {
  if (service === "sts" && host === "sts.amazonaws.com") return "us-east-1";
  return new RegExp(`^${service}(?:-fips)?\\.([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?$`).exec(host)?.[1];
}
