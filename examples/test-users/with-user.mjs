/** Takes a Cognito user from Vault for as long as `use` runs. Needs VAULT_ADDR and VAULT_TOKEN. */
export async function withUser(role, use) {
  const { lease_id, data } = await vault("GET", `cognito/creds/${role}`);
  try {
    return await use(data);
  } finally {
    await vault("PUT", "sys/leases/revoke", { lease_id, sync: true });
  }
}

async function vault(method, path, body) {
  const { VAULT_ADDR, VAULT_TOKEN } = process.env;
  const response = await fetch(`${VAULT_ADDR}/v1/${path}`, {
    method,
    headers: { "X-Vault-Token": VAULT_TOKEN },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text === "" ? {} : JSON.parse(text);
  if (!response.ok) throw new Error(`Vault: ${method} ${path}: ${answer.errors?.join("; ") ?? response.status}`);
  return answer;
}
