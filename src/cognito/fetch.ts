/** The web's fetch, as far as the engine uses it. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
