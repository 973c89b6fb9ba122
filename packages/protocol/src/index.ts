/** What controller and agents say to each other: frames, bundles, seals, tokens, and the keys behind them. */
export * from "./bundle.ts";
export * from "./challenge.ts";
export * from "./heartbeat/index.ts";
export * from "./keys.ts";
export * from "./limits.ts";
export * from "./link.ts";
export * from "./mscs-answers.ts";
export * from "./mscs-order.ts";
export * from "./mscs-what-if.ts";
export * from "./parse.ts";
export * from "./parsed.ts";
export * from "./seal.ts";
export * from "./token.ts";
