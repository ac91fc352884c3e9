const sources = new Set<() => Iterable<string>>();

/** Names under which requests to a server and its answers hold secrets. */
const secretNames = new Set([
  "access_token",
  "app_client_secret",
  "aws_secret_access_key",
  "aws_session_token",
  "id_token",
  "password",
  "refresh_token",
]);

/** Too short to be told from other words. */
const shortest = 8;

/** From now on no server of this process may write down what `source` tells when the server stops. */
export function keepSecret(source: () => Iterable<string>): void {
  sources.add(source);
}

/** All that this process knows of. */
export function knownSecrets(): Set<string> {
  return new Set(
    [...seen, ...[...sources].flatMap((source) => [...source()])].filter(({ length }) => length >= shortest),
  );
}

const seen = new Set<string>();

/** Takes the secrets out of a request or an answer, at any depth. */
export function noteSecrets(value: unknown, isSecret = false): void {
  if (typeof value === "string" && isSecret) seen.add(value);
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) noteSecrets(part, isSecret || secretNames.has(name));
}
