import type { GRPCStdioServer } from "./gen/stdio.ts";

/** Hosts open this stream once and forward what comes; it stays open and silent, as all output goes to the log. */
export const stdio: GRPCStdioServer = {
  streamStdio: () => {},
};
