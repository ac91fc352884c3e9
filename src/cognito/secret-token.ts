import { defineSecret, field, type IssuableSecret } from "../framework/index.ts";

const internalFields = {
  role: field.string("Role that issued it.", { required: true }),
};

export type TokenSecret = IssuableSecret<typeof internalFields>;

/**
 * A lease as long as an access token, for clients such as Vault Agent that read again when a lease ends. Cognito has no
 * way to take an access token back, so revoking it does nothing.
 */
export const tokenSecret: TokenSecret = defineSecret({
  type: "token",
  internal: internalFields,
  async revoke() {},
});
