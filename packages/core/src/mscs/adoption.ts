/** A pair that somebody else set up, and what adopting it would mean. */
import type { ClusterView } from "./view.ts";

/** What an agent reports of an engine on its node that Bulkhead has not set up. */
export interface ForeignPair {
  /** `cluster_name` of corosync.conf. */
  cluster: string;
  nodes: { name: string; nodeId: number; addresses: string[] }[];
  /** Address of the qnetd host; null = none. */
  witness: string | null;
  view: ClusterView;
}

/** One object of a CIB and what adoption does with it. */
export interface AdoptionItem {
  /** For example `group web`, `primitive vip`, `rsc_location loc-1`. */
  object: string;
  /** What it becomes, or why it is left alone. */
  text: string;
}

export interface AdoptionReport {
  pair: string;
  /** What can be managed as it is. */
  asIs: AdoptionItem[];
  /** What Bulkhead would write differently, with what changes. */
  changes: AdoptionItem[];
  /** What is not understood: kept untouched, shown as foreign. */
  kept: AdoptionItem[];
  /** Why the pair cannot be adopted at all; empty = it can. */
  obstacles: string[];
  /** The `mscs` part of a fleet file that says what is there, YAML. */
  fleetFile: string;
}
