"use client";
/** Lanes per node over time: each group as a bar in the lane of its owner, each failover as a mark that can be opened. */
import { cn } from "@bulkhead/ui/cn.ts";
import { instant } from "@bulkhead/ui/format.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { seconds } from "../what-if/foretold.ts";
import { causeWords, isUnasked, type Span, tookMs } from "./history-model.ts";

interface OwnershipChartProps {
  cluster: MscsCluster;
  spans: readonly Span[];
  /** Left and right edge, epoch milliseconds. */
  window: readonly [number, number];
  chosen: string | null;
  onChoose: (id: string) => void;
}

const barPx = 14;
const gapPx = 4;

export function OwnershipChart({
  cluster,
  spans,
  window: [from, to],
  chosen,
  onChoose,
}: OwnershipChartProps) {
  const groups = [...new Set(spans.map(({ group }) => group))].sort();
  const at = (time: number) => ((time - from) / Math.max(1, to - from)) * 100;
  const lanes = [...cluster.nodes.map(({ name }) => name), null];
  const shown = lanes.filter((lane) => lane !== null || spans.some(({ kind }) => kind === "nowhere"));
  return (
    <div className="grid grid-cols-[minmax(56px,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 rounded-md border bg-surface px-3 py-3">
      {shown.map((lane) => (
        <div key={lane ?? "nowhere"} className="contents">
          <span className="self-center truncate text-dense font-medium">{lane ?? "nowhere"}</span>
          <div
            className="relative rounded-sm bg-sunken"
            style={{ height: `${groups.length * (barPx + gapPx) + gapPx}px` }}
          >
            {spans
              .filter((span) => span.node === lane && (span.kind !== "nowhere" || lane === null))
              .map((span) => (
                <Bar
                  key={`${span.group} ${span.kind} ${span.from}`}
                  span={span}
                  top={gapPx + groups.indexOf(span.group) * (barPx + gapPx)}
                  left={at(span.from)}
                  width={at(span.to) - at(span.from)}
                  isChosen={span.record !== null && span.record.id === chosen}
                  onChoose={onChoose}
                />
              ))}
          </div>
        </div>
      ))}
      <span />
      <Axis from={from} to={to} />
    </div>
  );
}

interface BarProps {
  span: Span;
  top: number;
  left: number;
  width: number;
  isChosen: boolean;
  onChoose: (id: string) => void;
}

function Bar({ span, top, left, width, isChosen, onChoose }: BarProps) {
  const style = { top: `${top}px`, left: `${left}%`, height: `${barPx}px`, width: `max(${width}%, 3px)` };
  const { record } = span;
  // Padding would make a short bar longer than its time.
  const hasRoom = width > 6;
  if (record === null)
    return (
      <span
        className={cn(
          "absolute truncate rounded-sm text-[10px] leading-[14px]",
          hasRoom && "pr-1 pl-2",
          span.kind === "nowhere"
            ? "border border-dashed border-line-strong text-muted"
            : "bg-back-line text-text",
        )}
        style={style}
        title={`${span.group} ${span.node === null ? "ran nowhere" : `on ${span.node}`}`}
      >
        {hasRoom ? span.group : ""}
      </span>
    );
  const took = tookMs(record);
  return (
    <button
      type="button"
      onClick={() => onChoose(record.id)}
      aria-pressed={isChosen}
      title={`${record.group}: ${causeWords[record.cause]}${took === null ? "" : `, ${seconds(took)}`}\n${instant(record.startedAt)}`}
      aria-label={`${record.group}: ${causeWords[record.cause]}, ${new Date(record.startedAt).toLocaleString()}`}
      className={cn(
        "absolute z-10 min-w-1.5 rounded-sm outline-offset-1 before:absolute before:-inset-1.5 before:content-['']",
        isUnasked(record.cause) ? "bg-bad-fill" : "bg-active",
        isChosen && "outline-2 outline-text",
      )}
      style={style}
    />
  );
}

const day = new Intl.DateTimeFormat("en", {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

function Axis({ from, to }: { from: number; to: number }) {
  const ticks = [0, 1 / 3, 2 / 3, 1];
  return (
    <div className="flex justify-between text-[11px] text-muted">
      {ticks.map((tick, i) => (
        <span key={tick} className={cn((i === 1 || i === 2) && "max-sm:hidden")}>
          {tick === 1 ? "now" : day.format(from + (to - from) * tick)}
        </span>
      ))}
    </div>
  );
}
