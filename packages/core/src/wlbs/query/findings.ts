/** Diagnoses with a memory: since when each of them has been so. */
import { isAtRest } from "../convergence/rest.ts";
import type { WlbsState } from "../convergence/state.ts";
import type { Finding } from "../types.ts";
import { diagnose } from "./diagnose.ts";
import { evidenceOf } from "./evidence.ts";

/** Looking costs more than a step that changes nothing, and an admin reads no faster. */
const LOOK_MS = { underWay: 250, atRest: 1_000 } as const;

/** What is wrong now. The list of before is returned while it is fresh, or when nothing has changed. */
export function lookForFindings(s: WlbsState, now: number): WlbsState["findings"] {
  if (now - s.findings.at < (isAtRest(s) ? LOOK_MS.atRest : LOOK_MS.underWay)) return s.findings;
  const evidence = evidenceOf(s, now);
  const known = new Map(s.findings.list.map((finding) => [keyOf(finding), finding]));
  const list = (evidence ? diagnose(evidence) : []).map((diagnosis) => ({
    ...diagnosis,
    since: known.get(keyOf(diagnosis))?.since ?? now,
  }));
  return { at: now, list };
}

/** The same trouble with the same host, whatever its evidence says by now. */
function keyOf({ kind, text }: Pick<Finding, "kind" | "text">): string {
  return `${kind} ${text}`;
}
