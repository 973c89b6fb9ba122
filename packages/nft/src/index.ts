/** The kernel side of a WLBS host: the ruleset, and the only place that starts `nft` and `ip`. */
export * from "./fake.ts";
export * from "./nft-shell.ts";
export * from "./readings.ts";
export * from "./ruleset.ts";
export * from "./runner.ts";
