import type { Peer } from "./peer.ts";

/** What earlier calls brought and later ones need. It differs from peer to peer, as it is made by them. */
export interface Brought {
  pool: string;
  otherPool: string;
  client: string;
  secretClient: string;
  secret: string;
  session: string;
  accessToken: string;
  refreshToken: string;
}

/** Given to both peers. */
export interface Given {
  readonly roleArn: string;
  readonly webIdentityToken: string;
}

/** One call: its name, and how it is made. They are made in their order, since they build on each other. */
export interface Call {
  readonly name: string;
  readonly make: (peer: Peer, brought: Brought, given: Given) => Promise<unknown>;
}

export const temporary = "Temporary-Secret-1";
export const final = "Final-Secret-2";
export const noPool = "eu-west-1_nothere12";

export type Input = Readonly<Record<string, unknown>>;
type Command = new (input: never) => object;

/** A call of AWS's own client; named by the operation and by what is special about it. */
export function call(
  command: Command,
  what: string,
  input: (brought: Brought) => Input,
  bring?: (answer: never, brought: Brought) => void,
): Call {
  return {
    name: `${command.name.replace(/Command$/, "")}${what === "" ? "" : ` ${what}`}`,
    async make({ cognito }, brought) {
      const answer: unknown = await cognito.send(new command(input(brought) as never) as never);
      bring?.(answer as never, brought);
      return answer;
    },
  };
}

export const inPool =
  (input: Input = {}) =>
  ({ pool: UserPoolId }: Brought) => ({ UserPoolId, ...input });
export const ann = (input: Input = {}) => inPool({ Username: "ann", ...input });
