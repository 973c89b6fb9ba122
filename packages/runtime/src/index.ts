/** What every program on a node stands on: clock, logger, ledger, loops, and the contract of a half. */
export * from "./clock.ts";
export * from "./half.ts";
export * from "./health.ts";
export * from "./ledger.ts";
export * from "./local-socket.ts";
export * from "./logger.ts";
export * from "./queue.ts";
export * from "./run-command.ts";
export * from "./run-script.ts";
export * from "./task-loop.ts";
export * from "./wake-timer.ts";
