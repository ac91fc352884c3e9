import type { RealServerKind } from "../servers/server-kinds.ts";

/** The server that a script's first argument names; Vault where it names none. */
export function chosenServer(): RealServerKind {
  return process.argv[2] === "openbao" ? "openbao" : "vault";
}
