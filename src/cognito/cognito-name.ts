/** What Cognito takes in names of users, groups and attributes: letters, marks, symbols, numbers and punctuation. */
const characters = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u;

/** The other characters, for messages. */
export const otherThanNames = "spaces or control characters";

export function hasNameCharacters(text: string): boolean {
  return characters.test(text);
}

/** Whether Cognito takes `text` as a name of at most so many characters. */
export function isName(text: string, longest: number): boolean {
  return text.length <= longest && hasNameCharacters(text);
}
