/** A user pool of the emulator, and what an operator writes to use it. */
export interface BenchPool {
  readonly id: string;
  readonly userRole: Readonly<Record<string, string>>;
  readonly machineRole: Readonly<Record<string, string>>;
}

/** What the emulator's process is asked. */
export interface EmulatorCommands {
  describe(): {
    /** For the server whose plugins are to meet the emulator. */
    readonly environment: Readonly<Record<string, string>>;
    /** The emulator's key, as fields of config. */
    readonly config: Readonly<Record<string, string>>;
    readonly roleArn: string;
  };
  createPool(): BenchPool;
  /** From now on each call to AWS is answered this much later. */
  delay(milliseconds: number): void;
  /** Drops the record of calls and secrets. */
  forget(): void;
  /** Calls since the last `forget`, by action. */
  calls(): Readonly<Record<string, number>>;
  users(poolId: string): readonly string[];
  userCount(poolId: string): number;
  /** Connections that were made through the proxy since the start. */
  connections(): number;
}

export interface Question {
  readonly id: number;
  readonly name: keyof EmulatorCommands;
  readonly argument: unknown;
}

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly problem?: string;
}
