/** Prints one line of a script's report; what has no name continues the line before. */
export function say(what: string, value: string | number): void {
  console.log(`${what === "" ? "" : `${what}:`}`.padEnd(24) + value);
}

/** The report's last line; returns what it is given. */
export function sayOutcome(isAsPromised: boolean): boolean {
  say("outcome", isAsPromised ? "as promised" : "NOT AS PROMISED");
  return isAsPromised;
}
