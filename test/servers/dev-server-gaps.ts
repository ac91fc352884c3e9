/** A test that the dev server is known to fail. It is run there too, and passing it fails: then the entry is out of date. */
export interface DevServerGap {
  readonly story: string;
  readonly test: string;
  readonly reason: string;
}

export const devServerGaps: readonly DevServerGap[] = [];
