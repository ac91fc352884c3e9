import type { Mount } from "../framework/index.ts";
import { type Config, type Configs, emptyConfig } from "./config.ts";
import type { Surroundings } from "./surroundings.ts";
import { UserPools } from "./user-pools.ts";

/** What the config leads to, as long as it stays the same. */
export interface Access {
  readonly config: Config;
  readonly userPools: UserPools;
}

/** Keeps what was built from the config, so that requests share its credentials and assumed role. */
export class AwsAccess {
  readonly #mount: Mount;
  readonly #configs: Configs;
  readonly #surroundings: Surroundings;
  #current: Promise<Access> | undefined;

  constructor(mount: Mount, configs: Configs, surroundings: Surroundings) {
    this.#mount = mount;
    this.#configs = configs;
    this.#surroundings = surroundings;
  }

  /** Rejects when the config cannot be read: another identity must never stand in for it. */
  get(): Promise<Access> {
    this.#current ??= this.#load();
    return this.#current;
  }

  /** To be called whenever the stored config may have changed. Work under way ends as it began. */
  forget(): void {
    this.#current = undefined;
  }

  #load(): Promise<Access> {
    const loading = this.#build();
    // A failure is not kept; and a load that began before forget() is not the current one any more.
    loading.catch(() => {
      if (this.#current === loading) this.#current = undefined;
    });
    return loading;
  }

  async #build(): Promise<Access> {
    const config = (await this.#configs.get()) ?? emptyConfig;
    const { clock, logger } = this.#mount;
    const owner = this.#mount;
    return { config, userPools: new UserPools({ config, clock, logger, owner, ...this.#surroundings }) };
  }
}
