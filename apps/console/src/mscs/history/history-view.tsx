"use client";
/** Failovers of a pair: who owned what when, every change of owner with cause, steps and durations, and one of them replayed. */
import { Button } from "@bulkhead/ui/button.tsx";
import { SelectField } from "@bulkhead/ui/field.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Section, Waiting } from "@bulkhead/ui/page.tsx";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TroubleNotice } from "../../api/trouble-notice.tsx";
import { useTRPCClient } from "../../api/trpc.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import type { PairViewProps } from "../pair-view-props.ts";
import { seconds } from "../what-if/foretold.ts";
import { FailoverDetail } from "./failover-detail.tsx";
import { FailoverTable } from "./failover-table.tsx";
import { mergedHistory, ownershipSpans, summaryOf, windowFor, windows } from "./history-model.ts";
import { OwnershipChart } from "./ownership-chart.tsx";

const pageRows = 50;

/** The controller keeps them for good; newest first, page by page. */
function useHistory(cluster: MscsCluster, group: string | null) {
  const client = useTRPCClient();
  return useInfiniteQuery({
    queryKey: ["mscs.history", cluster.name, group],
    queryFn: ({ pageParam }) =>
      client.mscs.history.query({ cluster: cluster.name, group, before: pageParam, limit: pageRows }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.length < pageRows ? undefined : (last.at(-1)?.startedAt ?? undefined)),
  });
}

export function HistoryView({ cluster, now }: PairViewProps) {
  const [group, setGroup] = useState<string | null>(null);
  const [lengthMs, setLengthMs] = useState(() => windowFor(cluster.failovers, now));
  const [chosen, setChosen] = useState<string | null>(null);
  const history = useHistory(cluster, group);
  const live = cluster.failovers.filter((record) => group === null || record.group === group);
  const rows = mergedHistory(live, history.data?.pages.flat() ?? []);
  const edges = [now - lengthMs, now] as const;
  const open = rows.find(({ id }) => id === chosen) ?? null;
  return (
    <>
      <Section
        title="Who owned what"
        note="a bar per group in the lane of its owner; red marks are failovers that nobody asked for"
        actions={
          <Choices
            cluster={cluster}
            group={group}
            onGroup={setGroup}
            lengthMs={lengthMs}
            onLength={setLengthMs}
          />
        }
      >
        <OwnershipChart
          cluster={cluster}
          spans={ownershipSpans(cluster, rows, edges).filter(
            (span) => group === null || span.group === group,
          )}
          window={edges}
          chosen={chosen}
          onChoose={setChosen}
        />
      </Section>
      <Section title="Failovers" note={<Summary rows={rows} />}>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <TroubleNotice error={history.error} />
          {history.isPending && rows.length === 0 ? <Waiting label="Loading the history" /> : null}
          {open ? <FailoverDetail cluster={cluster} record={open} onClose={() => setChosen(null)} /> : null}
          <FailoverTable cluster={cluster} rows={rows} chosen={chosen} onChoose={setChosen} />
          {history.hasNextPage ? (
            <Button onClick={() => void history.fetchNextPage()} disabled={history.isFetchingNextPage}>
              {history.isFetchingNextPage ? "Loading" : "Show older failovers"}
            </Button>
          ) : null}
        </div>
      </Section>
    </>
  );
}

function Summary({ rows }: { rows: Parameters<typeof summaryOf>[0] }) {
  const { all, unasked, medianMs } = summaryOf(rows);
  if (all === 0) return null;
  return `${plural(all, "change")} of owner shown, ${unasked} that nobody asked for${medianMs === null ? "" : `; median ${seconds(medianMs)} until online`}`;
}

interface ChoicesProps {
  cluster: MscsCluster;
  group: string | null;
  onGroup: (group: string | null) => void;
  lengthMs: number;
  onLength: (ms: number) => void;
}

function Choices({ cluster, group, onGroup, lengthMs, onLength }: ChoicesProps) {
  return (
    <span className="flex flex-wrap gap-3">
      <SelectField
        label="Group"
        value={group ?? ""}
        onChange={(event) => onGroup(event.target.value || null)}
      >
        <option value="">all</option>
        {cluster.groups.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField label="Last" value={lengthMs} onChange={(event) => onLength(Number(event.target.value))}>
        {windows.map(({ ms, label }) => (
          <option key={ms} value={ms}>
            {label}
          </option>
        ))}
      </SelectField>
    </span>
  );
}
