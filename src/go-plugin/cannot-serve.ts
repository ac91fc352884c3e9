/** The plugin cannot run where and how it was started. The message is a sentence for the host's operator. */
export class CannotServe extends Error {
  override readonly name = "CannotServe";
}
