/** The servers the plugin must run in. */
export type ServerKind = "vault" | "openbao";

export const serverKinds: Readonly<
  Record<ServerKind, { readonly title: string; readonly executable: string; readonly variable: string }>
> = {
  vault: { title: "Vault", executable: "vault", variable: "VAULT_BIN" },
  openbao: { title: "OpenBao", executable: "bao", variable: "BAO_BIN" },
};
