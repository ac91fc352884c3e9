import { type MethodDefinition, makeGenericClientConstructor, type ServiceDefinition } from "@grpc/grpc-js";

const asIs = (bytes: Buffer): Buffer => bytes;

function method(path: string): MethodDefinition<Buffer, Buffer> {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

/** What the toy plugin offers its host. Every message is plain bytes. */
export const toyService = {
  /** Answers with the request. */
  echo: method("/toy.Toy/Echo"),
  /** Never answers. */
  hang: method("/toy.Toy/Hang"),
  /** Answers how many calls of `hang` began, and how many of them were cancelled, as "began cancelled". */
  hanging: method("/toy.Toy/Hanging"),
  /** Answers with the request, and watches whether that answer is lost. */
  echoWatched: method("/toy.Toy/EchoWatched"),
  /** Answers how many answers of `echoWatched` were lost. */
  lost: method("/toy.Toy/Lost"),
  /** The request is "<broker id> <text>": answers what the host's own echo answers to the text. */
  askHost: method("/toy.Toy/AskHost"),
  /** Does what plugin authors' code should not; the request names what. */
  misbehave: method("/toy.Toy/Misbehave"),
} satisfies ServiceDefinition;

/** What the test's host offers its plugin behind the broker. */
export const toyHostService = { echo: method("/toy.Host/Echo") } satisfies ServiceDefinition;

export const ToyClient = makeGenericClientConstructor(toyService, "toy.Toy");
export const ToyHostClient = makeGenericClientConstructor(toyHostService, "toy.Host");
