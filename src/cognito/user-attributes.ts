/**
 * The attributes of a new user: an e-mail address that counts as verified, then what the role adds or replaces. The
 * address is the user name where that is one, else the user name at the dummy domain. An attribute that the role sets
 * to "" is not sent.
 */
export function userAttributes(
  username: string,
  emailDomain: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const address = username.includes("@") ? username : emailDomain === "" ? "" : `${username}@${emailDomain}`;
  const email = given["email"] ?? address;
  // Cognito refuses a verified address that is not there.
  const verified = email === "" ? "" : "true";
  return Object.fromEntries(
    Object.entries({ email, email_verified: verified, ...given }).filter(([, value]) => value !== ""),
  );
}
