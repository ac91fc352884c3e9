/** What a server answers to a read of credentials. */
export interface Credentials {
  readonly lease_id: string;
  readonly lease_duration: number;
  readonly renewable: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

function expectThat(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(`a wrong answer: ${what}`);
}

function claimsOf(token: unknown): Readonly<Record<string, unknown>> {
  const [, claims = ""] = String(token).split(".");
  return JSON.parse(Buffer.from(claims, "base64url").toString());
}

/** Each answer is a leased user of the pool, no two the same, with tokens of that very user that carry its group. */
export function checkUsers(answers: readonly Credentials[], usersOfPool: readonly string[]): void {
  const users = new Set(usersOfPool);
  const seen = new Set<unknown>();
  for (const { lease_id, lease_duration, renewable, data } of answers) {
    const { username, password, access_token, id_token, refresh_token, token_type } = data;
    // Vault counts from the request's begin, whatever the plugin takes of it.
    const isRoleTtl = lease_duration <= 3600 && lease_duration > 3500;
    expectThat(lease_id !== "" && renewable && isRoleTtl, `a lease of ${lease_duration} s is not the role's`);
    expectThat(users.has(String(username)) && !seen.has(username), "the user is not in the pool, or given out twice");
    seen.add(username);
    expectThat(
      String(password).length > 7 && token_type === "Bearer" && Boolean(refresh_token),
      "something is missing",
    );
    const claims = claimsOf(access_token);
    expectThat(claims.username === username, "the access token is somebody else's");
    expectThat(JSON.stringify(claims["cognito:groups"]) === '["readers"]', "the access token lacks the group");
    expectThat(claimsOf(id_token)["cognito:username"] === username, "the ID token is somebody else's");
  }
}

/** Each answer is a token of the app client with its scopes, without a lease; `distinct` says how many there are. */
export function checkTokens(answers: readonly Credentials[], clientId: unknown, distinct: number): void {
  for (const { lease_id, data } of answers) {
    expectThat(lease_id === "" && data.token_type === "Bearer" && Number(data.expires_in) > 0, "no unleased token");
    const claims = claimsOf(data.access_token);
    expectThat(claims.client_id === clientId, "the token is of another app client");
    expectThat(String(claims.scope).split(" ").toSorted().join(" ") === "api/read api/write", "not all scopes");
  }
  const different = new Set(answers.map(({ data }) => data.access_token)).size;
  expectThat(different === distinct, `${different} different tokens instead of ${distinct}`);
}

/** The answer shows what was written, as far as both plugins show it. */
export function checkRole({ data }: Credentials, written: object): void {
  for (const name of ["credential_type", "region", "app_client_id", "user_pool_id", "group", "dummy_email_domain"]) {
    const expected = Reflect.get(written, name);
    expectThat(data[name] === expected, `the role's ${name} is not what was written`);
  }
}
