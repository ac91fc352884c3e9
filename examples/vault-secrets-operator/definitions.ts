/** What a value must be. `fields` of an object are all it may have; `required` ones end in "!". */
type Rule = "string" | "boolean" | "texts" | RegExp | Numbers | ListOf | MapOf | ObjectOf;
interface Numbers {
  readonly from: number;
  readonly to: number;
}
interface ListOf {
  readonly list: Rule;
}
interface MapOf {
  readonly map: Rule;
}
interface ObjectOf {
  readonly fields: Readonly<Record<string, Rule>>;
}

/** Of the operator's CustomResourceDefinitions, v1beta1, what the examples are checked against: the `spec` of each kind. */
export const specs: Readonly<Record<string, Rule>> = {
  VaultConnection: {
    fields: { "address!": "string", caCertSecretRef: "string", headers: { map: "string" }, skipTLSVerify: "boolean" },
  },
  VaultAuth: {
    fields: {
      vaultConnectionRef: "string",
      method: /^(kubernetes|jwt|appRole|aws|gcp)$/,
      mount: "string",
      namespace: "string",
      kubernetes: { fields: { role: "string", serviceAccount: "string", audiences: "texts" } },
    },
  },
  VaultDynamicSecret: {
    fields: {
      vaultAuthRef: "string",
      namespace: "string",
      "mount!": "string",
      "path!": "string",
      params: { map: "string" },
      requestHTTPMethod: /^(GET|POST|PUT)$/,
      refreshAfter: /^([0-9]+(\.[0-9]+)?(s|m|h))$/,
      renewalPercent: { from: 0, to: 90 },
      revoke: "boolean",
      allowStaticCreds: "boolean",
      "destination!": {
        fields: {
          "name!": "string",
          create: "boolean",
          overwrite: "boolean",
          labels: { map: "string" },
          annotations: { map: "string" },
          type: "string",
          transformation: {
            fields: {
              excludeRaw: "boolean",
              excludes: "texts",
              includes: "texts",
              templates: { map: { fields: { name: "string", "text!": "string" } } },
            },
          },
        },
      },
      rolloutRestartTargets: {
        list: { fields: { "kind!": /^(Deployment|DaemonSet|StatefulSet|argo\.Rollout)$/, "name!": "string" } },
      },
    },
  },
};

/** What is wrong with a value, each with its place. */
export function problems(value: unknown, rule: Rule, place: string): string[] {
  const expected = (isRight: boolean, what: string) => (isRight ? [] : [`${place}: must be ${what}`]);
  if (rule === "string" || rule === "boolean") return expected(typeof value === rule, `a ${rule}`);
  if (rule === "texts") return problems(value, { list: "string" }, place);
  if (rule instanceof RegExp) return expected(typeof value === "string" && rule.test(value), String(rule));
  if ("from" in rule) {
    const { from, to } = rule;
    return expected(Number.isInteger(value) && Number(value) >= from && Number(value) <= to, `from ${from} to ${to}`);
  }
  if ("list" in rule) {
    if (!Array.isArray(value)) return [`${place}: must be a list`];
    return value.flatMap((item, index) => problems(item, rule.list, `${place}[${index}]`));
  }
  if (typeof value !== "object" || value === null) return [`${place}: must be an object`];
  const entries = Object.entries(value);
  if ("map" in rule) return entries.flatMap(([name, item]) => problems(item, rule.map, `${place}.${name}`));
  return [...missingFields(value, rule, place), ...entries.flatMap(([name, item]) => ofField(name, item, rule, place))];
}

function missingFields(value: object, { fields }: ObjectOf, place: string): string[] {
  const required = Object.keys(fields).flatMap((name) => (name.endsWith("!") ? [name.slice(0, -1)] : []));
  return required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${place}.${name}: is missing`);
}

function ofField(name: string, value: unknown, { fields }: ObjectOf, place: string): string[] {
  const rule = fields[name] ?? fields[`${name}!`];
  return rule === undefined ? [`${place}.${name}: there is no such field`] : problems(value, rule, `${place}.${name}`);
}
