export interface LoadOptions {
  /** How many ask at once, each again as soon as it has its answer. */
  readonly clients: number;
  /** No request is begun after this many. */
  readonly requests: number;
  /** No request is begun after this time, but each client has at least {@link leastPerClient}. */
  readonly seconds?: number;
}

export interface LoadResult<Answer> {
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
  /** Requests per second, all clients together. */
  readonly rate: number;
  readonly answers: readonly Answer[];
}

const leastPerClient = 3;

/** Asks as often as it may and takes the time of each answer. Rejects with the first failure. */
export async function load<Answer>(
  { clients, requests, seconds = Number.POSITIVE_INFINITY }: LoadOptions,
  ask: (index: number) => Promise<Answer>,
): Promise<LoadResult<Answer>> {
  const latencies: number[] = [];
  const answers: Answer[] = [];
  const began = performance.now();
  let begun = 0;
  const client = async () => {
    for (let own = 0; begun < requests; own += 1) {
      if (own >= leastPerClient && performance.now() - began > seconds * 1000) return;
      const index = begun;
      begun += 1;
      const before = performance.now();
      const answer = await ask(index);
      latencies.push(performance.now() - before);
      answers.push(answer);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { latencies, rate: (answers.length * 1000) / (performance.now() - began), answers };
}
