/**
 * Names are read in lower case, but Vault's policies and lease ids keep the caller's spelling: whoever spells a role in
 * another way should know.
 */
export function caseWarning(prefix: string, path: string, name: string): readonly string[] {
  if (path === prefix + name) return [];
  return [
    `role names are lower case: this request used '${name}'. Policies and lease ids keep the spelling '${path.slice(prefix.length)}'`,
  ];
}
