import { LoggedError } from "./errors.ts";

/** Throws where a name stands twice: the second of two alike would never be asked. */
export function requireUnlike(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new LoggedError(`two ${what} "${twice}"`);
}
