import { createHmac } from "node:crypto";

/**
 * The SECRET_HASH that Cognito asks of app clients with a secret: base64(HMAC-SHA256(client secret, user name + client
 * id)). The user name is the one sent as USERNAME in the same call.
 */
export function secretHash(username: string, clientId: string, clientSecret: string): string {
  return createHmac("sha256", clientSecret).update(`${username}${clientId}`).digest("base64");
}
