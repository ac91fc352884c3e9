/** A request cannot be served; the message goes out as Vault's `{"errors": [...]}`. */
export class ApiError extends Error {
  readonly status: number;
  /** Undefined for a status without a sentence, such as Vault's 404 for a value that is not there. */
  readonly sentence: string | undefined;

  constructor(status: number, sentence?: string, options?: ErrorOptions) {
    super(sentence ?? `status ${status}`, options);
    this.status = status;
    this.sentence = sentence;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
