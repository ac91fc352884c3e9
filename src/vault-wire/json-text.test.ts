import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeJsonObject, encodeJsonObject, UnencodableError, UnreadableError } from "./json-text.ts";

const jsonObject = fc.dictionary(fc.string(), fc.jsonValue());

describe("an object on its way to the host", () => {
  test("what JSON can carry arrives as it was", () => {
    fc.assert(
      fc.property(jsonObject, (value) => {
        expect(JSON.parse(encodeJsonObject(value, "data"))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("whatever it is, it becomes a JSON object or is refused", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
        let text: string;
        try {
          text = encodeJsonObject(value, "data");
        } catch (error) {
          expect(error).toBeInstanceOf(UnencodableError);
          return;
        }
        expect(text).toStartWith("{");
        expect(JSON.parse(text)).toBeObject();
      }),
    );
  });

  test("a key without a value is left out, as in any JSON", () => {
    expect(encodeJsonObject({ given: 1, absent: undefined }, "data")).toBe('{"given":1}');
  });

  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  let deep: Record<string, unknown> = {};
  for (let level = 0; level < 20_000; level++) deep = { deep };

  test.each<[string, unknown, string]>([
    ["null", null, "data is not a plain object"],
    ["a list", [], "data is not a plain object"],
    ["a text", "x", "data is not a plain object"],
    ["a Map, which JSON.stringify would empty", new Map([["a", 1]]), "data is not a plain object"],
    ["a bigint", { a: { b: [0, 1n] } }, "data.a.b[1] is a value that JSON cannot carry"],
    ["NaN, which JSON.stringify would turn into null", { a: Number.NaN }, "data.a is not a finite number"],
    ["infinity", { a: Number.NEGATIVE_INFINITY }, "data.a is not a finite number"],
    ["a function, which JSON.stringify would drop", { a: () => 1 }, "data.a is a value that JSON cannot carry"],
    ["a hole in a list", { a: [undefined] }, "data.a[0] is a value that JSON cannot carry"],
    ["a date", { at: new Date(0) }, "data.at is a value that JSON cannot carry"],
    ["bytes", { bytes: new Uint8Array(1) }, "data.bytes is a value that JSON cannot carry"],
    ["an object that contains itself", cyclic, "a value is nested too deeply, or contains itself"],
    ["too many levels", deep, "a value is nested too deeply, or contains itself"],
  ])("%s is refused with a sentence that says where", (_, value, sentence) => {
    expect(() => encodeJsonObject(value, "data")).toThrow(new UnencodableError(sentence));
  });

  test("the refusal does not name the value", () => {
    const refused = () => encodeJsonObject({ token: Object.assign(() => "hunter2", { secret: "hunter2" }) }, "data");
    expect(refused).toThrow("data.token is a value that JSON cannot carry");
  });
});

describe("an object that comes from the host", () => {
  test.each(["", "null", "{}"])("%p is an empty object", (text) => {
    expect(decodeJsonObject(text, "data")).toEqual({});
  });

  test("Go's escapes are read", () => {
    expect(decodeJsonObject(String.raw`{"a":"\u003cb\u003e \u0026 \u2028"}`, "data")).toEqual({ a: "<b> & \u2028" });
  });

  test("numbers that JavaScript would round or lose keep their digits, as text", () => {
    const text = '{"id":12345678901234567890,"list":[-9007199254740993],"big":1e400,"text":"12345678901234567890"}';
    expect(decodeJsonObject(text, "data")).toEqual({
      id: "12345678901234567890",
      list: ["-9007199254740993"],
      big: "1e400",
      text: "12345678901234567890",
    });
  });

  test("and so does one that is too large by its exponent alone", () => {
    expect(decodeJsonObject('{"big":1e400}', "data")).toEqual({ big: "1e400" });
  });

  test("all other numbers are numbers", () => {
    const text = '{"a":9007199254740991,"b":0.1234567890123456,"c":1e21,"d":-0.5,"e":1e-400}';
    expect(decodeJsonObject(text, "data")).toEqual({
      a: Number.MAX_SAFE_INTEGER,
      b: 0.1234567890123456,
      c: 1e21,
      d: -0.5,
      e: 0,
    });
  });

  test("a key named __proto__ changes no prototype", () => {
    const value = decodeJsonObject('{"__proto__":{"admin":true},"n":12345678901234567890}', "data");
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect("admin" in value).toBeFalse();
  });

  test.each(["[]", '"text"', "1", "true"])("%p is refused", (text) => {
    expect(() => decodeJsonObject(text, "data")).toThrow(new UnreadableError("data is not a JSON object"));
  });

  test.each(["{", '{"password": hunter2}', "hunter2", `${"[".repeat(200_000)}`])(
    "what is not JSON is refused without a quote of it",
    (text) => {
      const refused = () => decodeJsonObject(text, "data");
      expect(refused).toThrow(new UnreadableError("data is not valid JSON"));
    },
  );
});
