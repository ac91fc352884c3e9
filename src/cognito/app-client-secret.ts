import { UserError } from "../framework/index.ts";
import type { Role } from "./role.ts";

type ClientSecret = Pick<Role, "app_client_secret" | "secret_hash">;

/** The secret whose hash the users of a role sign in with, or "". */
export function signInSecret({ app_client_secret, secret_hash }: ClientSecret): string {
  return secret_hash ? app_client_secret : "";
}

/**
 * The secret of a role after a write. It belongs to its app client: it goes when the client's id is cleared, and throws a
 * UserError where another id would take it over. One that nothing used, as the Go plugin leaves them, just goes.
 */
export function secretAfterWrite(before: Role | undefined, written: Role, given: string | undefined): ClientSecret {
  if (given !== undefined) return { app_client_secret: given, secret_hash: given !== "" };
  const { app_client_id, app_client_secret, credential_type } = written;
  if (before === undefined || app_client_secret === "") return { app_client_secret, secret_hash: false };

  const wasGrant = before.credential_type !== "user";
  if (before.app_client_id === "" || before.app_client_id === app_client_id) {
    // A grant used the secret, so it is this app client's.
    return { app_client_secret, secret_hash: before.secret_hash || (wasGrant && credential_type === "user") };
  }
  if (app_client_id === "" || !(wasGrant || before.secret_hash)) return { app_client_secret: "", secret_hash: false };
  const orNone = credential_type === "user" ? ", or an empty one if it has none" : "";
  throw new UserError(
    `changing app_client_id needs app_client_secret in the same write: the new app client's${orNone}`,
  );
}
