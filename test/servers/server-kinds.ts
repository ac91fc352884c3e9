/** The servers the plugin must run in. */
export type RealServerKind = "vault" | "openbao";

/** Those, and our own for development. */
export type ServerKind = RealServerKind | "dev-server";

export const serverKinds: Readonly<
  Record<RealServerKind, { readonly title: string; readonly executable: string; readonly variable: string }>
> = {
  vault: { title: "Vault", executable: "vault", variable: "VAULT_BIN" },
  openbao: { title: "OpenBao", executable: "bao", variable: "BAO_BIN" },
};

export function titleOf(kind: ServerKind): string {
  return kind === "dev-server" ? "the dev server" : serverKinds[kind].title;
}
