"use client";
/** The two nodes of a pair side by side, and the witness. */
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { nodePath } from "../../shell/places.ts";
import type { PairViewProps } from "../pair-view-props.ts";
import { NodeCard } from "./node-card.tsx";

export function NodesView({ cluster, onAct }: PairViewProps) {
  const { witness } = cluster;
  return (
    <>
      <Section title="Nodes" note="both can run every group, unless a possible-owners list says otherwise">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:grid-cols-2">
          {cluster.nodes.map((node) => (
            <NodeCard key={node.name} cluster={cluster} node={node} onAct={onAct} />
          ))}
        </div>
      </Section>
      <Section title="Witness" note="the third vote; it runs no group">
        {witness === null ? (
          <p className="text-muted">
            There is none: when one node dies, the other lacks a majority. Name a witness in the fleet file.
          </p>
        ) : (
          <p className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md border bg-surface px-4 py-3">
            <Link href={nodePath(witness.node)} className="font-medium hover:underline">
              {witness.node}
            </Link>
            <CopyValue value={witness.address} />
            <State
              role={witness.online ? "ok" : "unknown"}
              word={witness.online ? "Agent online" : "No news of its agent"}
            />
          </p>
        )}
      </Section>
    </>
  );
}
