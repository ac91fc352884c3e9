import { resolve } from "node:path";

/**
 * Makes the environment safe to work in. Whoever may register a plugin in Vault sets the variables it starts with; the build takes
 * from the runtime those that would turn the executable into something else, and these are left.
 * @returns why the plugin must not run: a sentence for the operator, without values; undefined when it may.
 */
export function secureEnvironment(environment: Record<string, string | undefined>): string | undefined {
  // With it connections to AWS and Cognito accept any certificate.
  delete environment.NODE_TLS_REJECT_UNAUTHORIZED;
  const engine = Object.keys(environment).filter((name) => name.startsWith("BUN_JSC_"));
  if (engine.length > 0) {
    return `The environment changes how the JavaScript engine works (${engine.sort().join(", ")}): ${cure}`;
  }
  const madeUp = awsFiles.filter((name) => /^\/(proc|dev)\//.test(resolve(environment[name] ?? ".")));
  if (madeUp.length > 0) {
    return `The environment names something below /proc or /dev as a file of AWS settings (${madeUp.join(", ")}): ${cure}`;
  }
  return undefined;
}

// These name commands to run (credential_process). A file of the machine is its administrator's; /proc/self/environ is what a
// registration says.
const awsFiles = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

const cure = "take this out of the plugin's registration (-env) and of the server's environment.";
