/** What a checker says when a promise was broken. */

/** The promises, as docs/simulation.md lists them. */
export type CheckName =
  /** (a) Never two owners of new flows of the same traffic. */
  | "owners"
  /** (b) All buckets that anybody may take are owned within the bound. */
  | "coverage"
  /** (c) The same tables everywhere in one epoch. */
  | "agreement"
  /** (d) Nobody outside the members owns. */
  | "outsider"
  /** (e) Exact shares by weight, single rules at the best priority. */
  | "shares"
  /** (f) As few buckets as possible change hands. */
  | "moves"
  /** (g) A connection stays with its host until it ends. */
  | "connections"
  /** (h) Epochs and history agree. */
  | "history"
  /** Commands answer by the codes of DOMAIN 1.8. */
  | "codes"
  /** Extended affinity: a client stays with its host. */
  | "sticky"
  /** The machine threw, or did not come to rest. */
  | "alive";

export interface Violation {
  check: CheckName;
  /** True time in ms. */
  at: number;
  text: string;
}
