export { messageOf } from "./api-error.ts";
export { DevServer, type DevServerOptions } from "./dev-server.ts";
export { isLogLevel, type Log, type LogLevel, textLog } from "./log.ts";
export { type NotDone, notDone } from "./not-done.ts";
export { registerDirectory } from "./register-directory.ts";
export { type StartOptions, startDevServer } from "./start.ts";
