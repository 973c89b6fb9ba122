/** What every program on a node stands on: clock, logger, ledger, loops, and the contract of a half. */
export * from "./clock.ts";
export * from "./half.ts";
export * from "./logger.ts";
