import { UserError } from "../framework/index.ts";

/** The shape of AWS region names, of every partition. */
const region = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

export function looksLikeRegion(value: string): boolean {
  return region.test(value);
}

/** Empty is fine: another place names the region then. */
export function checkRegion(name: string, value: string): void {
  if (value !== "" && !looksLikeRegion(value)) {
    throw new UserError(`${name} must be the name of an AWS region, such as "eu-west-1"`);
  }
}
