"use client";
/** Pairs that agents have found and Bulkhead did not set up: tracked, read-only, until somebody adopts them. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type Outputs, useTRPC } from "../../api/trpc.ts";
import { adoptPath } from "../../shell/places.ts";

type Row = Outputs["mscs"]["foreign"][number];

const refreshMs = 5_000;

/** Newly found ones appear by themselves. */
export function useForeign() {
  const trpc = useTRPC();
  return useQuery(trpc.mscs.foreign.queryOptions(undefined, { refetchInterval: refreshMs }));
}

const columns: Column<Row>[] = [
  {
    id: "cluster",
    header: "Pair",
    value: ({ cluster }) => cluster,
    cell: ({ cluster }) => <span className="font-medium">{cluster}</span>,
  },
  { id: "state", header: "State", cell: () => <State role="off" word="Tracked, read-only" /> },
  {
    id: "nodes",
    header: "Told by",
    value: ({ nodes }) => nodes.join(" "),
    cell: ({ nodes }) => nodes.join(" and "),
  },
  {
    id: "adopt",
    header: "",
    cell: ({ nodes }) => (
      <Link href={adoptPath(nodes[0] ?? "")} className={buttonLook({ size: "sm" })}>
        Read what adopting means
      </Link>
    ),
    align: "right",
  },
];

/** Nothing where there is none. */
export function ForeignPairs() {
  const foreign = useForeign();
  const rows = foreign.data ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title="Pairs of others" note="found on enrolled nodes; Bulkhead looks and does not touch">
      <DataTable
        label="Pairs of others"
        columns={columns}
        rows={rows}
        rowKey={({ cluster, nodes }) => `${cluster} ${nodes.join()}`}
      />
    </Section>
  );
}
