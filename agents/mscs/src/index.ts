/** The MSCS half of the agent: a node of a pair, and the witness beside it. */
export * from "./foreign.ts";
export * from "./mscs-half.ts";
export * from "./witness-half.ts";
