/**
 * What brings the AWS SDK along. Imported when a user pool is first asked for: mounts of roles that only issue tokens, and a server
 * that was just started, do without its memory.
 */
export { awsCredentials } from "./aws-credentials.ts";
export { CognitoClient } from "./cognito-client.ts";
export { UserPool } from "./user-pool.ts";
