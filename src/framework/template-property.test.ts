import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { UserError } from "./errors.ts";
import { compileTemplate, type Template } from "./template.ts";

const fields = ["A", "B"] as const;
type Field = (typeof fields)[number];

/** Undefined where the template is refused; any other error fails the test. */
function compileOrNot(text: string): Template<Field> | undefined {
  try {
    return compileTemplate(text, { name: "name", fields });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function renderOrNot(template: Template<Field>, values: Readonly<Record<Field, string>>): string | undefined {
  try {
    return template.render(values, { now: 0, random: (size) => new Uint8Array(size) });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const scraps = fc.constantFrom(
  ...[
    "{{",
    "}}",
    "{{- ",
    " -}}",
    "(",
    ")",
    "|",
    " ",
    "\n",
    '"',
    "`",
    "\\",
    "%",
    "%s",
    "%-5.3x",
    "%d",
    "/*",
    "*/",
    ".A",
    ".B",
    ".C",
    "-",
  ],
  ...[
    "random",
    "truncate",
    "truncate_sha256",
    "uppercase",
    "replace",
    "sha256",
    "base64",
    "timestamp",
    "uuid",
    "printf",
    "if",
  ],
  ...["0", "7", "20", "-1", "1e9", "0x10", '"a"', '"2006"', '"%s"', "$x", "'a'", "é", "😀", "\ud800", "\u0000"],
);

describe("any text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 50 }),
    fc.array(scraps, { maxLength: 40 }).map((parts) => parts.join("")),
    fc.array(scraps, { maxLength: 20 }).map((parts) => `{{ ${parts.join(" ")} }}`),
  );

  test("is a template or refused by a sentence, and renders to no more than it may", () => {
    let compiled = 0;
    fc.assert(
      fc.property(text, fc.string({ unit: "binary" }), fc.string({ maxLength: 3 }), (source, a, b) => {
        const template = compileOrNot(source);
        if (template === undefined) return;
        compiled++;
        const name = renderOrNot(template, { A: a, B: b });
        expect(name?.length ?? 0).toBeLessThanOrEqual(200_000);
      }),
      { numRuns: 3000 },
    );
    expect(compiled).toBeGreaterThan(50);
  }, 60_000);

  test("is read in time proportional to its length", () => {
    const parts = [
      "{{",
      "}}",
      "{{- ",
      " -}}",
      " ",
      "\n-",
      '"',
      "`",
      "\\",
      "{{/*",
      "*/",
      "(",
      "{{(",
      "1",
      "+",
      ".",
      "a",
      "😀",
    ];
    const actions = ["{{`x`}}", "{{uuid | ", '{{"\\', "{{uuid}}", '{{"" | uppercase}}', "{{.A|truncate 9}}", "\ud800"];
    for (const part of [...parts, ...actions]) {
      for (const before of ["", "{{ ", '{{ "', "{{/*"]) {
        const start = performance.now();
        compileOrNot(before + part.repeat(99_900 / Buffer.byteLength(part)));
        compileOrNot(before + part.repeat(1_048_576 / Buffer.byteLength(part)));
        expect({ part, before, quick: performance.now() - start < 1500 }).toEqual({ part, before, quick: true });
      }
    }
  }, 60_000);
});

const length = fc.integer({ min: 1, max: 70 });
const { text: textOf } = fc.letrec<{ text: string }>((tie) => {
  const inner = tie("text");
  const piped = (stage: fc.Arbitrary<string>) => fc.tuple(inner, stage).map(([text, to]) => `(${text} | ${to})`);
  const quotedText = fc.constantFrom("-", "_", "", "A", "AA", "é", "-A", " ", "0").map((each) => JSON.stringify(each));
  return {
    text: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(
        ".A",
        ".B",
        "(uuid)",
        '"-"',
        '"fixed-é"',
        "unix_time",
        '(timestamp "Monday-Jan")',
        '"\\xc3"',
        '"\\xbc"',
        '"\\xe2"',
        '"\\x84\\xaa"',
      ),
      // 13 + 13/4 bytes would look like the 16 of a uuid.
      fc.integer({ min: 0, max: 40 }).map((count) => `(random ${count === 13 ? 14 : count})`),
      piped(length.map((count) => `truncate ${count}`)),
      piped(length.map((count) => `truncate_sha256 ${count + 8}`)),
      piped(fc.constantFrom("uppercase", "lowercase", "base64", "sha256")),
      piped(
        fc
          .tuple(fc.oneof(quotedText, fc.constant(".A")), fc.oneof(quotedText, inner))
          .map((pair) => `replace ${pair.join(" ")}`),
      ),
      fc
        .tuple(fc.constantFrom("%s-%s", "%.9s%s", "%s%-30s", "%40s%.20s", "%x%s", "%.7X_%s", "%060s%v"), inner, inner)
        .map(([format, first, second]) => `(printf "${format}" ${first} ${second})`),
    ),
  };
});

/** What a template draws: each draw with its place in the stream of random bytes. */
function drawing(change: ReadonlyMap<number, number>) {
  const sizes: number[] = [];
  let drawn = 0;
  const random = (size: number) => {
    sizes.push(size);
    return Uint8Array.from({ length: size }, () => change.get(drawn++) ?? 0);
  };
  return { random, sizes };
}

/** The bits of those random characters and digits that show in the name when they alone change. */
function visibleBits(template: Template<Field>, values: Readonly<Record<Field, string>>): number {
  const renderWith = (change: ReadonlyMap<number, number>) => {
    const { random, sizes } = drawing(change);
    return { name: template.render(values, { now: 0, random }), sizes };
  };
  const { name, sizes } = renderWith(new Map());
  let bits = 0;
  let at = 0;
  for (const size of sizes) {
    for (let index = at; index < at + size; index++) {
      const shows = (byte: number) => renderWith(new Map([[index, byte]])).name !== name;
      // A uuid shows each half of a byte as a digit; of random's bytes some are left over.
      if (size === 16) bits += (shows(0x30) ? 4 : 0) + (shows(0x0d) ? 4 : 0);
      else if (shows(0x30)) bits += Math.log2(62);
    }
    at += size;
  }
  return bits;
}

describe("certain randomness", () => {
  const odd = [
    "",
    "a",
    "x".repeat(60),
    "é".repeat(9),
    "\u212a".repeat(9),
    "\u0250".repeat(20),
    "-".repeat(40),
    "A-A_0 A",
  ];

  test("is never more than what shows in a name, whatever the fields are", () => {
    let certain = 0;
    fc.assert(
      fc.property(
        fc.array(textOf, { minLength: 1, maxLength: 2 }),
        fc.constantFrom(...odd),
        fc.constantFrom(...odd),
        (texts, A, B) => {
          const template = compileTemplate(texts.map((text) => `{{ ${text} }}`).join("."), { name: "name", fields });
          const claimed = template.certainRandomness() * Math.log2(62);
          if (claimed === 0 || renderOrNot(template, { A, B }) === undefined) return;
          certain++;
          expect(claimed).toBeLessThanOrEqual(visibleBits(template, { A, B }) + 1e-6);
          const { length: characters } = template.render({ A, B }, { now: 0, random: (size) => new Uint8Array(size) });
          expect(claimed).toBeLessThanOrEqual(characters * Math.log2(62) + 1e-6);
        },
      ),
      { numRuns: 1000 },
    );
    expect(certain).toBeGreaterThan(100);
  }, 60_000);
});
