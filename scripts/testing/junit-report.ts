export interface TestCase {
  /** The groups it stands in and its own title, as `bun test` prints them. */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return entities[name] ?? whole;
  });
}

function attributes(tag: string): Map<string, string> {
  return new Map([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decode(value)]));
}

/**
 * Reads the JUnit report that `bun test --reporter=junit` wrote for one test file.
 *
 * Throws when it is no such report: cut off, about another file, empty, or with totals that do not match its cases. Only then
 * does a list of cases mean that all of them are there.
 */
export function readJunitReport(xml: string, file: string): TestCase[] {
  if (!xml.trimEnd().endsWith("</testsuites>")) throw new Error("the report is cut off or not JUnit XML");
  const totals = attributes(/<testsuites\b[^>]*>/.exec(xml)?.[0] ?? "");
  const cases: TestCase[] = [];
  for (const [, tag = "", body] of xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)) {
    const given = attributes(tag);
    if (given.get("file") !== file) throw new Error(`the report is about ${given.get("file")}, not about ${file}`);
    const outcome = body === undefined ? "passed" : outcomeOf(body);
    const name = [given.get("classname"), given.get("name")].filter(Boolean).join(" > ");
    cases.push({ name, outcome });
  }
  const count = (outcome: TestCase["outcome"]) => cases.filter((one) => one.outcome === outcome).length;
  const found = { tests: cases.length, failures: count("failed"), skipped: count("skipped") };
  for (const [what, number] of Object.entries(found)) {
    if (totals.get(what) !== String(number)) {
      throw new Error(`the report announces ${totals.get(what)} ${what} and lists ${number}`);
    }
  }
  if (cases.length === 0) throw new Error("the file holds no test");
  return cases;
}

function outcomeOf(body: string): TestCase["outcome"] {
  if (/<(failure|error)\b/.test(body)) return "failed";
  return /<skipped\b/.test(body) ? "skipped" : "passed";
}
