/** Audit: event model, canonical form, hash chain, verifier, export rows. */
export * from "./canonical.ts";
export * from "./chain.ts";
export * from "./export.ts";
export * from "./types.ts";
export * from "./verify.ts";
