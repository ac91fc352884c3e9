/** Text, or the elements inside, in order. */
export type XmlContent = string | readonly (readonly [name: string, content: XmlContent])[];

const escapeText = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

export function element(name: string, content: XmlContent, namespace?: string): string {
  const inner =
    typeof content === "string" ? escapeText(content) : content.map(([child, part]) => element(child, part)).join("");
  return `<${name}${namespace === undefined ? "" : ` xmlns="${namespace}"`}>${inner}</${name}>`;
}
