/** Audit: event model, canonical form, hash chain, verifier, export rows. */
export * from "./types.ts";
