"use client";
/** The networks between the two nodes, each as a line that breaks visibly. */
import { cn } from "@bulkhead/ui/cn.ts";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Empty, Section } from "@bulkhead/ui/page.tsx";
import { State, StateIcon } from "@bulkhead/ui/state.tsx";
import type { PairViewProps } from "../pair-view-props.ts";
import { Told } from "../told.tsx";
import { interfaceWords, linksOf, type NetworkRow, networkRows, roleWords } from "./network-model.ts";

export function NetworksView({ cluster }: PairViewProps) {
  const rows = networkRows(cluster);
  return (
    <Section
      title="Networks"
      note={
        cluster.tokenMs
          ? `a node is lost when nothing is heard of it for ${cluster.tokenMs} ms on any link`
          : null
      }
      actions={<Told cluster={cluster} />}
    >
      {rows.length === 0 ? (
        <Empty title="No network is named">
          Name the networks of the pair in the fleet file: those with role internal or both carry heartbeats.
        </Empty>
      ) : (
        <div className="grid gap-3">
          <LinksLine rows={rows} />
          <ul aria-label={`Networks of ${cluster.name}`} className="grid grid-cols-[minmax(0,1fr)] gap-3">
            {rows.map((row) => (
              <Network key={row.name} row={row} />
            ))}
          </ul>
        </div>
      )}
    </Section>
  );
}

function LinksLine({ rows }: { rows: readonly NetworkRow[] }) {
  const { all, up, isKnown } = linksOf(rows);
  if (!isKnown && up === 0 && rows.some(({ condition }) => condition.word === "One end"))
    return <p className="text-muted">One node is away, so no link carries heartbeats.</p>;
  if (!isKnown) return <p className="text-muted">Nobody tells which links are up.</p>;
  if (up === 0)
    return (
      <p className="font-medium text-bad">No link carries heartbeats: the nodes do not hear each other.</p>
    );
  if (all === 1)
    return (
      <p className="flex gap-2">
        <StateIcon role="warn" className="mt-0.75" />
        There is one link. When it fails, one node is fenced although both are well: give the pair a second
        network.
      </p>
    );
  return (
    <p className={cn(up < all && "font-medium text-warn")}>
      {up === all
        ? `${plural(all, "link")} carry heartbeats: any one may fail.`
        : `${up} of ${all} links carries heartbeats: if it fails too, one node is fenced.`}
    </p>
  );
}

function Network({ row }: { row: NetworkRow }) {
  const [left, right] = row.ends;
  const isBroken = row.condition.role === "bad";
  const isUnknown = row.condition.role === "unknown";
  return (
    <li className="rounded-md border bg-surface px-4 py-3">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-semibold">{row.name}</span>
        <State role={row.condition.role} word={row.condition.word} />
        {row.subnet ? <CopyValue value={row.subnet} /> : null}
        <span className="text-dense text-muted">
          {row.link === null ? "" : `link ${row.link}, `}
          {roleWords[row.role]}
        </span>
      </p>
      {row.condition.why ? <p className="text-dense">{row.condition.why}</p> : null}
      <div className="mt-3 grid grid-cols-[minmax(0,auto)_minmax(24px,1fr)_minmax(0,auto)] items-center gap-3">
        <End end={left} />
        <span
          aria-hidden
          className={cn(
            "h-px w-full",
            isBroken
              ? "bg-[repeating-linear-gradient(90deg,var(--bad)_0_5px,transparent_5px_11px)]"
              : isUnknown
                ? "bg-[repeating-linear-gradient(90deg,var(--off)_0_2px,transparent_2px_6px)]"
                : row.link === null
                  ? "bg-line-strong"
                  : "h-0.5 bg-back",
          )}
        />
        <End end={right} />
      </div>
    </li>
  );
}

function End({ end }: { end: NetworkRow["ends"][number] | undefined }) {
  if (!end) return <span />;
  const { role, word, why } = interfaceWords[end.state];
  return (
    <div className="min-w-0 text-dense" title={why ?? undefined}>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{end.node}</span>
        <State role={role} word={word} />
      </p>
      {end.address ? <CopyValue value={end.address} /> : <span className="text-muted">no address told</span>}
    </div>
  );
}
