/** AWS_REGION, then AWS_DEFAULT_REGION, then the shared config file, as AWS's own tools look. */
export async function ambientRegion(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const named = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"];
  if (named) return named;
  const { CognitoIdentityProviderClient } = await import("@aws-sdk/client-cognito-identity-provider");
  const client = new CognitoIdentityProviderClient({});
  try {
    const region: Promise<string> = client.config.region();
    return await region;
  } catch {
    // The SDK rejects where nothing names a region.
    return undefined;
  } finally {
    client.destroy();
  }
}
