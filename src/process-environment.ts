/**
 * Makes the environment safe to work in. Whoever may register a plugin in Vault sets the variables it starts with; the build takes
 * from the runtime those that would turn the executable into something else, and these two are left.
 * @returns why the plugin must not run: a sentence for the operator, without values; undefined when it may.
 */
export function secureEnvironment(environment: Record<string, string | undefined>): string | undefined {
  // With it connections to AWS and Cognito accept any certificate.
  delete environment.NODE_TLS_REJECT_UNAUTHORIZED;
  const engine = Object.keys(environment).filter((name) => name.startsWith("BUN_JSC_"));
  if (engine.length === 0) return undefined;
  return `The environment changes how the JavaScript engine works (${engine.sort().join(", ")}): take this out of the plugin's registration (-env) and of the server's environment.`;
}
