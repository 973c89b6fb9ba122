"use client";
/** Pairs that agents have found and Bulkhead did not set up: tracked, read-only, until somebody adopts them. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Section } from "@bulkhead/ui/page.tsx";
import { State, StateIcon } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../../api/trpc.ts";
import { adoptPath } from "../../shell/places.ts";
import { groupCondition, mscsClusterCondition, mscsNodeCondition } from "../../states/mscs-states.ts";
import { asCluster, type ForeignRow } from "./foreign-model.ts";

const refreshMs = 5_000;

/** Newly found ones appear by themselves. */
export function useForeign() {
  const trpc = useTRPC();
  return useQuery(trpc.mscs.foreign.queryOptions(undefined, { refetchInterval: refreshMs }));
}

const columns: Column<ForeignRow>[] = [
  {
    id: "cluster",
    header: "Pair",
    value: ({ cluster }) => cluster,
    cell: ({ cluster }) => (
      <span className="grid leading-4">
        <span className="font-medium">{cluster}</span>
        <span className="text-[12px] text-muted">tracked, read-only</span>
      </span>
    ),
  },
  {
    id: "state",
    header: "State",
    value: (row) => mscsClusterCondition(asCluster(row)).word,
    cell: (row) => <State {...mscsClusterCondition(asCluster(row))} />,
  },
  { id: "nodes", header: "Nodes", value: ({ nodes }) => nodes.join(" "), cell: (row) => <Nodes row={row} /> },
  { id: "groups", header: "Groups", cell: (row) => <Groups row={row} /> },
  {
    id: "age",
    header: "Age of this",
    value: ({ at }) => at,
    cell: ({ at }) => <TimeAgo at={at} className="text-muted" />,
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

export function Nodes({ row }: { row: ForeignRow }) {
  const cluster = asCluster(row);
  return (
    <ul className="flex flex-wrap gap-x-4">
      {cluster.nodes.map(({ name }) => (
        <li key={name} className="inline-flex items-center gap-1.5">
          <StateIcon role={mscsNodeCondition(cluster, name).role} /> {name}{" "}
          <span className="text-muted">{mscsNodeCondition(cluster, name).word.toLowerCase()}</span>
        </li>
      ))}
    </ul>
  );
}

export function Groups({ row }: { row: ForeignRow }) {
  const cluster = asCluster(row);
  const groups = cluster.view?.groups ?? [];
  if (groups.length === 0) return <span className="text-muted">none</span>;
  return (
    <ul className="flex flex-wrap gap-x-4">
      {groups.map((group) => (
        <li key={group.name} className="inline-flex items-center gap-1.5">
          <StateIcon role={groupCondition(cluster, group).role} />{" "}
          <span className="font-medium">{group.name}</span>{" "}
          <span className="text-muted">{group.owner ? `on ${group.owner}` : "nowhere"}</span>
        </li>
      ))}
    </ul>
  );
}

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
