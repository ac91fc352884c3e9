import { describe, expect, test } from "bun:test";
import { type Captures, compilePattern } from "./pattern.ts";

describe("a pattern", () => {
  test("captures a name", () => {
    const role = compilePattern("roles/{name}");
    expect(role.match("roles/app-1.eu")).toEqual({ name: "app-1.eu" });
    for (const path of [
      "roles",
      "roles/",
      "roles/a/b",
      "roles/-a",
      "roles/a-",
      "roles/a b",
      "roles/a@b",
      "/roles/a",
      "roles/a\n",
    ]) {
      expect(role.match(path)).toBeUndefined();
    }
  });

  test("is shown as Vault's framework would write it", () => {
    const cases = [
      { pattern: "config", goRegex: "^config$", openApiPath: "config" },
      { pattern: "roles/", goRegex: "^roles/?$", openApiPath: "roles" },
      {
        pattern: "roles/{name}",
        goRegex: String.raw`^roles/(?P<name>\w(([\w-.]+)?\w)?)$`,
        openApiPath: "roles/{name}",
      },
      { pattern: "u/{id@}/x", goRegex: String.raw`^u/(?P<id>\w(([\w-.@]+)?\w)?)/x$`, openApiPath: "u/{id}/x" },
      { pattern: "kv/{path*}", goRegex: "^kv/(?P<path>.*)$", openApiPath: "kv/{path}" },
      { pattern: "v1.2", goRegex: String.raw`^v1\.2$`, openApiPath: "v1.2" },
    ];
    for (const { pattern, ...expected } of cases) expect(compilePattern(pattern)).toMatchObject(expected);
  });

  test("of a list matches with a slash and, for help, without", () => {
    const list = compilePattern("roles/{name}/keys/");
    expect(list.match("roles/a/keys/")).toEqual({ name: "a" });
    expect(list.match("roles/a/keys")).toEqual({ name: "a" });
    expect(list.match("roles/a/keys//")).toBeUndefined();
  });

  test("takes an @ inside a name only where it says so", () => {
    const user = compilePattern("users/{name@}");
    expect(user.match("users/ann@example.com")).toEqual({ name: "ann@example.com" });
    expect(user.match("users/@ann")).toBeUndefined();
  });

  test("takes the rest of the path, which may be empty", () => {
    const notes = compilePattern("notes/{path*}");
    expect(notes.match("notes/")).toEqual({ path: "" });
    expect(notes.match("notes/a/b c/\u2028")).toEqual({ path: "a/b c/\u2028" });
    expect(notes.match("notes/a\nb")).toBeUndefined();
  });

  test("takes its literals literally", () => {
    expect(compilePattern("v1.2").match("v1x2")).toBeUndefined();
    expect(compilePattern("a+b").match("aab")).toBeUndefined();
    expect(compilePattern("a+b").match("a+b")).toEqual({});
  });

  test("keeps a capture with the name of a prototype's property apart", () => {
    expect(compilePattern("x/{__proto__}").match("x/y")).toEqual(JSON.parse('{"__proto__":"y"}'));
  });

  test("that is none is refused when it is declared", () => {
    const wrong = [
      "",
      "/",
      "/roles",
      "roles//x",
      "roles/{name",
      "roles/a{name}",
      "{a}{b}",
      "roles/{1}",
      "x/{p*}/y",
      "x/{p*}/",
      "{a}/{a}",
      "a|b",
      "a?",
      "^a$",
      "(a)",
    ];
    for (const pattern of wrong) expect(() => compilePattern(pattern), pattern).toThrow(/^pattern ".*": /);
  });

  test("takes linear time on paths of a mebibyte", () => {
    const mebibyte = 2 ** 20;
    const paths = [
      `roles/a${".".repeat(mebibyte)}`,
      `roles/${"a-".repeat(mebibyte / 2)}/x`,
      `roles/${"a".repeat(mebibyte)}!`,
      `roles${"/".repeat(mebibyte)}`,
      `roles/${"x".repeat(mebibyte)}\n`,
    ];
    const started = performance.now();
    for (const pattern of ["roles/{name}", "roles/{name}/x", "roles/{name@}/{other}", "roles/{path*}", "roles/"]) {
      const { match } = compilePattern(pattern);
      for (const path of paths) match(path);
    }
    // A few milliseconds each; what is quadratic here takes minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(compilePattern("roles/{name}").match(`roles/${"a".repeat(mebibyte)}`)?.name).toHaveLength(mebibyte);
  });
});

test("the names a pattern captures are known to the compiler", () => {
  const names: readonly Captures<"a/{one}/{two@}/b/{rest*}">[] = ["one", "two", "rest"];
  // @ts-expect-error It is not captured.
  const other: Captures<"a/{one}"> = "two";
  expect(compilePattern("a/{one}/{two@}/b/{rest*}").captures).toEqual([...names]);
  expect<string>(other).toBe("two");
});
