const SECRET_NAMES = new Set([
  "Password",
  "TemporaryPassword",
  "PASSWORD",
  "NEW_PASSWORD",
  "SECRET_HASH",
  "REFRESH_TOKEN",
  "AccessToken",
  "IdToken",
  "RefreshToken",
  "Session",
  "ClientSecret",
  "SecretAccessKey",
  "SessionToken",
  "WebIdentityToken",
  "access_token",
  "id_token",
  "refresh_token",
  "client_secret",
]);

/** Every secret that passed through the emulator, so that a test can look for it where it must not be. */
export interface SecretsSeen {
  add(...secrets: readonly (string | undefined)[]): void;
  /** Takes the secrets out of a request or an answer, by the names AWS gives them, at any depth. */
  harvest(value: unknown): void;
  list(): readonly string[];
  clear(): void;
}

export function createSecretsSeen(): SecretsSeen {
  const seen = new Set<string>();
  const harvest = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, part] of Object.entries(value)) {
      if (typeof part === "string" && part !== "" && SECRET_NAMES.has(name)) seen.add(part);
      else harvest(part);
    }
  };
  return {
    add(...secrets) {
      for (const secret of secrets) if (secret) seen.add(secret);
    },
    harvest,
    list: () => [...seen],
    clear: () => seen.clear(),
  };
}
