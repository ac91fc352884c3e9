/** What Cognito takes in names of users, groups and attributes: letters, marks, symbols, numbers and punctuation. */
const characters = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u;

/** The other characters, for messages. */
export const otherThanNames = "spaces or control characters";

export function hasNameCharacters(text: string): boolean {
  return characters.test(text);
}

/** AWS counts Unicode characters (Smithy's length trait), not UTF-16 units. */
export function characterCount(text: string): number {
  return [...text].length;
}

/** Whether Cognito takes `text` as a name of at most so many characters. */
export function isName(text: string, longest: number): boolean {
  return characterCount(text) <= longest && hasNameCharacters(text);
}
