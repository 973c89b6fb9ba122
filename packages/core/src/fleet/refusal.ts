/**
 * A refusal is a value. It says which rule spoke, which objects clash, why, and a way out.
 * The same four texts are shown by the API, the CLI, the console and the agent, so they are
 * written once, by the rule that refuses.
 */

/** `error` blocks; `warn` is shown with the plan and does not block. */
export type Severity = "error" | "warn";

/** One thing a refusal talks about, in the words of the fleet file. */
export interface ObjectRef {
  kind:
    | "fleet"
    | "node"
    | "wlbs-cluster"
    | "wlbs-host"
    | "port-rule"
    | "mscs-cluster"
    | "group"
    | "resource"
    | "address"
    | "deployment"
    | "bundle";
  name: string;
}

/** A rule of DOMAIN 3.2 (`R1`..`R32`) or a house rule (`B-...`) that has no Microsoft source. */
export interface Refusal {
  rule: string;
  severity: Severity;
  objects: ObjectRef[];
  /** One sentence: what clashes. Names every object. */
  message: string;
  /** One or two sentences: why it is refused, with the source (for example KB Q223157). */
  reason: string;
  /** What the admin can do now. */
  cure: string;
}

/** One line for logs and plain terminals. */
export function refusalLine(refusal: Refusal): string {
  return `${refusal.rule}: ${refusal.message}. ${refusal.reason} ${refusal.cure}`;
}
