import fc from "fast-check";

const mebibyte = 2 ** 20;

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

/** Values of fields that somebody, or something, might send; as JSON texts, since not all can be written down otherwise. */
export const badValues: readonly string[] = [
  "null",
  "true",
  "false",
  "0",
  "-1",
  "-0.5",
  "0.1",
  "1e308",
  "1e400",
  "-1e400",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  `${"9".repeat(1000)}`,
  "[]",
  "{}",
  "[null]",
  '[["a"]]',
  '["a", 1, true, null, {}]',
  '{"a": {"b": [1, {"c": null}]}}',
  '{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}}',
  nested(100),
  nested(5000),
  ...[
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "\udfff\ud800",
    "🔐👩‍👩‍👧‍👦",
    "\u202egnp.exe",
    "ÅÅ\u0301\u0301\u0301",
    "\n\r\t",
    "a\r\nX-Injected: yes",
    "__proto__",
    "constructor",
    "toString",
    "undefined",
    "NaN",
    "Infinity",
    "-Infinity",
    "-1h",
    "-9223372036854775808ns",
    "999999999999h",
    "1e9",
    "1h1",
    "0x7fffffffffffffff",
    "99999999999999999999d",
    "{{",
    "{{ .RoleName | unknown }}",
    '{{ printf "%1000000000d" 1 }}',
    "{{ random 1000000000 }}",
    "../../../etc/passwd",
    "%00%ff",
    "<script>alert(1)</script>",
    "http://user:password@127.0.0.1:1/?a=b#c",
    "file:///etc/passwd",
    "javascript:1",
    "arn:aws:iam::123456789012:role/",
    "eu-west-1_",
    "x".repeat(mebibyte - 64),
    "🔐".repeat(mebibyte / 8),
    "a,".repeat(50_000),
  ].map((text) => JSON.stringify(text)),
];

/** Whole bodies that are wrong as a whole. */
export const badBodies: readonly string[] = [
  "null",
  "true",
  "1",
  '"text"',
  "[]",
  "{",
  "",
  "not JSON",
  '{"ttl": 1, "ttl": 2}',
  '{"": ""}',
  '{"__proto__": {"credential_type": "user"}}',
  '{"constructor": {"prototype": {"ttl": 1}}}',
  '{"\\u0000": "\\u0000"}',
  '{"\\ud800": "\\ud800"}',
  '{"🔐": "🔐"}',
  `{${Array.from({ length: 10_000 }, (_, index) => `"key-${index}": ${index}`).join(",")}}`,
  `{"${"k".repeat(mebibyte / 2)}": 1}`,
  `{"a": ${nested(5000)}}`,
  `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
  '{"ttl": NaN}',
  "\ufeff{}",
  "{} {}",
];

/** Names in paths, as they stand in a URL. */
export const badNames: readonly string[] = [
  "%00",
  "a%00b",
  "%ff%fe",
  "%ed%a0%80",
  "%F0%9F%94%90",
  "%E2%80%AEname",
  "%20",
  "a%20b",
  "a%2Fb",
  "a%2F..%2Fconfig",
  "..%2F..%2Fsys%2Fmounts",
  "%25%32%65",
  "__proto__",
  "constructor",
  "toString",
  "-",
  ".",
  "a.",
  "-a",
  "%0d%0aX-Injected:%20yes",
  "*",
  "+",
  "a?b",
  "%7Bname%7D",
  "wal",
  "x".repeat(600_000),
  "a/".repeat(2000),
];

/** Any JSON document, as text; a seed makes a failure come again. */
export function randomBodies(fields: readonly string[], count: number, seed: number): string[] {
  const name = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...fields) },
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }),
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.double(),
    fc.bigInt().map((number) => number.toString()),
    fc.integer().map((number) => `${number}h`),
  );
  const body = fc.dictionary(name, value, { maxKeys: 8 });
  return fc.sample(body, { numRuns: count, seed }).map((document) => JSON.stringify(document));
}
