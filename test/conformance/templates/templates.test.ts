import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { UserError } from "../../../src/framework/errors.ts";
import { compileTemplate } from "../../../src/framework/template.ts";

interface Case {
  readonly template: string;
  readonly now: number;
  readonly displayName?: string;
  readonly value?: string;
  readonly error?: string;
}

const cases = readFileSync(new URL("cases.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

function randomSource(): (size: number) => Uint8Array {
  let drawn = 0;
  return (size) => Uint8Array.from({ length: size }, () => drawn++ * 73 + 41);
}

function outcome({ template, now, displayName = "token-Jörg Müller.x" }: Case): Pick<Case, "value" | "error"> {
  try {
    const compiled = compileTemplate(template, { name: "name", fields: ["RoleName", "DisplayName", "EmailDomain"] });
    const values = { RoleName: "app", DisplayName: displayName, EmailDomain: "example.com" };
    return { value: compiled.render(values, { now, random: randomSource() }) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { error: error.message };
  }
}

interface Refusal {
  readonly why: string;
  readonly refused: RegExp;
  /** What Go makes of it. */
  readonly value?: RegExp;
}

/** What Go renders and we refuse, on purpose. */
const refusals: readonly Refusal[] = [
  {
    why: "names need no conditions, loops or templates within templates",
    refused: /: "(?:if|with|define|block)" is not supported in templates$/,
  },
  { why: "nor variables", refused: /: variables \(\$\) are not supported in templates$/ },
  {
    why: "nor Go's other functions",
    refused: /: the function "(?:print|println|len|index|slice|eq|ne|lt|and|or|html|js|urlquery)" is not supported; /,
  },
  { why: "nor Go's other kinds of values", refused: /: "(?:true|false|nil)" is not supported in templates$/ },
  { why: "characters are numbers in Go", refused: /: characters in '…' are not supported in templates: / },
  { why: "the dot is all of the fields in Go's notation", refused: /: the dot alone is not supported; / },
  {
    why: "numbers are for lengths",
    refused: /: "(?:[0-9]*\.[0-9]*|1e[13]|0x1p4|1i|1\+2i)" is not a whole number of 64 bits$/,
  },
  {
    why: "the length of what a layout makes is to be known when the template is written",
    refused: /: timestamp takes a quoted layout, such as "2006-01-02"$/,
  },
  {
    why: "so are the verbs of a format",
    refused: /: the first value of printf must be a quoted text: /,
    value: /^(?:app|example\.com%!\(EXTRA string=x\)|%!!\(string=x\)s\(MISSING\))$/,
  },
  {
    why: "Go writes its complaint about the format into the name",
    refused:
      /: printf(?:'s verb %[ds] takes a |'s text ends within the verb %| has no value for its verb %s$| has more )/,
    value: /%!/,
  },
  {
    why: "no verb for characters, quotes, types, pointers or floats; none that takes its width from a value",
    refused: /: printf does not support the verb %(?:#?q|[cUTpewz!üO]|\[|\.?\*): /,
  },
  {
    why: "flags without a sense for names",
    refused:
      /: printf's verb %[^a-z]*(?:[svxX] has the flag "[+# ]", which texts|v has the flag "[+#]", which whole numbers)/,
  },
  { why: "no name is that wide", refused: /: printf's verb %\S+ asks for more than 1000 characters$/ },
];

/** What Go renders otherwise. */
const differences: readonly { readonly why: string; readonly template: string; readonly value: string }[] = [
  { why: "a letter with a capital since Unicode 16", template: String.raw`{{ uppercase "\u019b" }}`, value: "\ua7dc" },
  { why: "a letter new in Unicode 16", template: String.raw`{{ lowercase "\u1c89" }}`, value: "\u1c8a" },
];

function expected(each: Case): object {
  if (each.error !== undefined) return { error: expect.stringMatching(/^name: /) };
  const { error } = outcome(each);
  const isOnPurpose = refusals.some(
    ({ refused, value = /^/ }) => error !== undefined && refused.test(error) && value.test(each.value ?? ""),
  );
  if (isOnPurpose) return { error };
  return { value: differences.find(({ template }) => template === each.template)?.value ?? each.value };
}

describe("templates of Vault's", () => {
  for (const each of cases) {
    test(`${JSON.stringify(each.template)} ${JSON.stringify(each.displayName ?? "")} ${each.now}`, () => {
      expect(outcome(each)).toEqual(expected(each));
    });
  }
});

test("every refusal and every difference is about a recorded case", () => {
  const rendered = cases.filter(({ value }) => value !== undefined);
  const errors = rendered.map((each) => outcome(each).error ?? "");
  for (const { why, refused } of refusals)
    expect({ why, found: errors.some((error) => refused.test(error)) }).toEqual({ why, found: true });
  for (const { template, value } of differences) {
    expect(rendered.some((each) => each.template === template && each.value !== value)).toBe(true);
  }
});
