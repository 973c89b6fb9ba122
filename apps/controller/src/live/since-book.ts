/**
 * Since when each thing of the picture is wrong. States come anew with every report and do not say when they began, so the
 * controller remembers when it first saw them. It forgets what has ended, and with its own end everything.
 */
import type { FleetSnapshot, MscsSnapshot, PairCause } from "@bulkhead/api";
import { violationKey } from "./violations.ts";

export class SinceBook {
  #seen = new Map<string, number>();

  /** The picture with `since` on its violations and causes. Call it with every picture, in their order. */
  stamped(snapshot: FleetSnapshot): FleetSnapshot {
    const now = new Map<string, number>();
    const since = (key: string): number => {
      const at = this.#seen.get(key) ?? snapshot.at;
      now.set(key, at);
      return at;
    };
    const stamped = {
      ...snapshot,
      mscs: snapshot.mscs.map((pair) => ({
        ...pair,
        causes: pair.causes.map((cause) => ({ ...cause, since: since(causeKey(pair, cause)) })),
      })),
      violations: snapshot.violations.map((violation) => ({
        ...violation,
        since: since(violationKey(violation)),
      })),
    };
    this.#seen = now;
    return stamped;
  }
}

/** A text may count on (an age, failures) while it tells of the same thing; only what protects a pair is told by nothing else. */
function causeKey({ name }: MscsSnapshot, { code, about, text }: PairCause): string {
  const what = about === null ? (code === "protection" ? text : "") : `${about.kind} ${about.name}`;
  return `${name} ${code} ${what}`;
}
