import { describe, expect, test } from "bun:test";
import { UserError } from "./errors.ts";
import { compileTemplate } from "./template.ts";

const fields = ["RoleName", "DisplayName", "EmailDomain"] as const;
const values = { RoleName: "billing-api", DisplayName: "token-jörg", EmailDomain: "example.com" };
const now = Date.UTC(2026, 10, 22, 14, 3, 7, 80);

function compile(text: string) {
  return compileTemplate(text, { name: "username_template", fields });
}

function render(text: string, random: (size: number) => Uint8Array = (size) => new Uint8Array(size)): string {
  return compile(text).render(values, { random, now });
}

function refusal(text: string): string {
  try {
    compile(text);
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(/^username_template: /, "");
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

describe("a name", () => {
  test("is made of the role, the caller and what nobody can guess", () => {
    const text = `{{ printf "v-%s-%s-%s-%s" (.DisplayName | truncate 8) (.RoleName | truncate 8) (random 20) (unix_time) | truncate 63 }}`;
    expect(render(text)).toBe("v-token-jö-billing--AAAAAAAAAAAAAAAAAAAA-1795356187".replace("jö", "j\ufffd"));
    expect(compile(text).certainRandomness()).toBe(20);
  });

  test("can look like an e-mail address", () => {
    expect(render("vault-{{ uuid }}@{{ .EmailDomain }}")).toBe(
      "vault-00000000-0000-0000-0000-000000000000@example.com",
    );
  });

  test("can be written over several lines, with remarks", () => {
    expect(render('{{- /* who */ -}}\n  {{ .RoleName\n | uppercase }}-\n{{- timestamp "20060102" -}}\n')).toBe(
      "BILLING-API-20261122",
    );
  });

  test("favours no random character", () => {
    const bytes = [255, 61, 248, 62, 247, 0, 1, 2, 3, 4];
    expect(render("{{ random 4 }}", (size) => Uint8Array.from(bytes.splice(0, size)))).toBe("9A9A");
    expect(bytes).toEqual([]);
  });

  test("is not made from a random source that runs dry", () => {
    expect(() => render("{{ random 4 }}", () => new Uint8Array())).toThrow(RangeError);
    expect(() => render("{{ uuid }}", () => new Uint8Array(8))).toThrow(RangeError);
  });

  test("holds U+FFFD for half a character", () => {
    expect(render("{{ .DisplayName | truncate 8 }}")).toBe("token-j\ufffd");
  });
});

describe("a template is refused", () => {
  const known = ".RoleName, .DisplayName, .EmailDomain";
  const functions =
    "random, truncate, truncate_sha256, uppercase, lowercase, replace, sha256, base64, unix_time, unix_time_millis, timestamp, uuid, printf";
  test.each([
    ["{{ if .RoleName }}a{{ end }}", 'line 1, column 4: "if" is not supported in templates'],
    [
      "{{ .RoleName }}\nü {{ len .RoleName }}",
      `line 2, column 6: the function "len" is not supported; there are ${functions}`,
    ],
    ["{{ .Role }}", `line 1, column 4: there is no field .Role; there are ${known}`],
    ["{{ . }}", `line 1, column 4: the dot alone is not supported; there are ${known}`],
    ["{{ .RoleName.Length }}", "line 1, column 13: a value has no field .Length"],
    ["{{ $x := 1 }}", "line 1, column 4: variables ($) are not supported in templates"],
    ["{{ uuid", 'line 1, column 8: an action has no end: "}}" is missing'],
    ["{{/* x", 'line 1, column 1: the comment has no end: "*/}}" is missing'],
    ["{{/* x */ }}", 'line 1, column 8: the comment must end with "*/}}" or "*/ -}}"'],
    ["{{ }}", "line 1, column 1: there is nothing between the brackets"],
    ["{{ () }}", "line 1, column 4: there is nothing between the brackets"],
    ["{{ (uuid }}", 'line 1, column 10: a "(" before this is not closed'],
    ["{{ uuid) }}", 'line 1, column 8: ")" cannot stand here: a space, a value or a function is missing before it'],
    ['{{ "a }}', "line 1, column 4: the quoted text has no end on its line"],
    ["{{ `a }}", "line 1, column 4: the text in backquotes has no end"],
    ['{{ "ab\\q" }}', "line 1, column 7: the quoted text holds the unknown escape \\q"],
    ["{{ 'a' }}", "line 1, column 4: characters in '…' are not supported in templates: use \"…\""],
    ["{{ ; }}", "line 1, column 4: ; has no meaning here"],
    ["{{ \u0001 }}", "line 1, column 4: the character U+0001 has no meaning here"],
    ["{{ uuid'x' }}", "line 1, column 8: ' cannot follow uuid"],
    ["{{ random 1.5 }}", 'line 1, column 11: "1.5" is not a whole number of 64 bits'],
    ['{{ random "5" }}', "line 1, column 11: random takes a whole number here, not a text"],
    ["{{ random }}", "line 1, column 4: random takes a whole number; it has none"],
    ["{{ random -1 }}", "line 1, column 11: random takes no negative number"],
    ["{{ random 100001 }}", "line 1, column 11: random makes at most 100000 characters"],
    ["{{ .RoleName | truncate 0 }}", "line 1, column 25: truncate takes a length of at least 1"],
    ["{{ .RoleName | truncate_sha256 8 }}", "line 1, column 32: truncate_sha256 takes a length of at least 9"],
    ["{{ .RoleName | truncate }}", "line 1, column 16: truncate takes a whole number, then a text; it has 1"],
    ['{{ "a" | "b" }}', "line 1, column 10: only a function can stand behind |"],
    ['{{ .RoleName "a" }}', "line 1, column 4: only a function can be given values"],
    ["{{ uuid 5 }}", "line 1, column 4: uuid takes no value; it has 1"],
    ["{{ timestamp .RoleName }}", 'line 1, column 14: timestamp takes a quoted layout, such as "2006-01-02"'],
    ['{{ printf "%d" .RoleName }}', "line 1, column 16: printf's verb %d takes a whole number, not a text: use %s"],
    ['{{ printf "%s" 5 }}', "line 1, column 16: printf's verb %s takes a text, not a whole number: use %d"],
    ['{{ printf "%s" }}', "line 1, column 11: printf has no value for its verb %s"],
    ['{{ printf "a" uuid }}', "line 1, column 15: printf has more values than verbs"],
    ["", "the template is empty"],
    ["é".repeat(50_000), "the template is too long: it must have less than 100000 bytes"],
  ])("%j", (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  test("when it is nested so deep that reading it would exhaust the stack", () => {
    for (const text of ["{{ (", '{{ "a" | uppercase', '{{ "a"']) {
      const deep = text.endsWith("(") ? text + "(".repeat(49_990) : text + " | uppercase".repeat(8000);
      expect(refusal(deep)).toContain("functions and parentheses may be nested 100 deep, and no deeper");
    }
  });
});

describe("whoever may write a role cannot wear out the plugin with its template", () => {
  test("by making names grow", () => {
    const grow = ` | replace "a" "${"a".repeat(1000)}"`;
    expect(() => render(`{{ "a"${grow.repeat(4)} }}`)).toThrow(
      new UserError("username_template: the template makes more than 100000 bytes of these values"),
    );
  });

  test("by making many long ones", () => {
    expect(() => render("{{ random 100000 | truncate 1 }}".repeat(3000))).toThrow(UserError);
    expect(refusal(`{{ printf "${"%99999d".repeat(9000)}"${" 1".repeat(9000)} }}`)).toContain(
      "more than 1000 characters",
    );
    const wide = compile(`{{ printf "${"%1000d".repeat(9000)}"${" 1".repeat(9000)} }}`);
    expect(() => wide.render(values, { now, random: (size) => new Uint8Array(size) })).toThrow(UserError);
  });
});
