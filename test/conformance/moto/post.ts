import { type SignedRequest, signedPost } from "../../../dev/cognito-emulator/testing/aws-client.ts";
import type { Peer } from "./peer.ts";

type Tree = { readonly [name: string]: Tree | string };

/** One call over AWS's Query protocol, signed. Throws an error named by the code of the refusal. */
export async function stsCall({ url, credential }: Peer, parameters: Readonly<Record<string, string>>): Promise<Tree> {
  const body = new URLSearchParams({ Version: "2011-06-15", ...parameters }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await send({ url, credential }, { service: "sts", headers, body });
  const text = await answer.text();
  const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1];
  if (answer.status !== 200) throw Object.assign(new Error(text), { name: code ?? `status ${answer.status}` });
  return readElements(text);
}

/** A call to Cognito as it stands: what AWS's own client would not send. */
export async function cognitoPost(peer: Peer, target: string, body: string): Promise<unknown> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const answer = await send(peer, { service: "cognito-idp", headers, body });
  const type = answer.headers.get("content-type") ?? "";
  const parsed = type.includes("json") ? JSON.parse(await answer.text()) : undefined;
  if (answer.status !== 200) {
    const name = String(parsed?.__type ?? `status ${answer.status}`).replace(/^.*#/, "");
    throw Object.assign(new Error(name), { name });
  }
  return parsed;
}

function send(
  { url, credential }: Pick<Peer, "url" | "credential">,
  request: Pick<SignedRequest, "service" | "headers" | "body">,
): Promise<Response> {
  return signedPost({ url, port: Number(new URL(url).port) }, { region: "eu-west-1", credential, ...request });
}

/** The elements of an XML text that has neither attributes of meaning nor mixed content, nor two elements of one name side by side. */
function readElements(text: string): Tree {
  const elements: Record<string, Tree | string> = {};
  for (const [, name = "", inner = ""] of text.matchAll(/<(\w+)(?: [^>]*)?>(.*?)<\/\1>/gs)) {
    elements[name] = inner.includes("<") ? readElements(inner) : inner;
  }
  return elements;
}
