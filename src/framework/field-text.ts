import type { FieldKind } from "./field-kind.ts";
import { toLower } from "./go-text.ts";
import { FieldConversionError, weakString } from "./weak-decode.ts";

export const stringKind: FieldKind<string> = {
  typeName: "string",
  openApi: { type: "string" },
  convert: (raw) => weakString("", raw),
};

export const lowerCaseStringKind: FieldKind<string> = {
  typeName: "lowercase string",
  openApi: { type: "string", format: "lowercase" },
  convert: (raw) => toLower(weakString("", raw)),
};

const nameShape = /^\w(?:[\w.-]*\w)?$/;

export const nameStringKind: FieldKind<string> = {
  typeName: "name string",
  openApi: { type: "string", pattern: String.raw`\w([\w-.]*\w)?` },
  convert(raw) {
    const name = weakString("", raw);
    if (!nameShape.test(name)) throw new FieldConversionError("field does not match the formatting rules");
    return name;
  },
};

/** One text of a few. Null counts as not given; there is no such type in Go's framework, which enforces no choices. */
export function oneOfKind<Choice extends string>(choices: readonly Choice[]): FieldKind<Choice> {
  return {
    typeName: "string",
    openApi: { type: "string", enum: choices },
    convert(raw) {
      if (raw === null) return undefined;
      const choice = choices.find((each) => each === raw);
      if (choice === undefined) throw new FieldConversionError(`the value must be ${enumerate(choices)}`);
      return choice;
    },
  };
}

function enumerate(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `"${choice}"`);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
