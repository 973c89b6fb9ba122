"use client";
/** The heartbeat matrix as a table: rows listen, columns speak. Hover, or arrow keys, tell one pair in full. */
import { cn } from "@bulkhead/ui/cn.ts";
import { duration } from "@bulkhead/ui/format.ts";
import { type KeyboardEvent, memo, useRef, useState } from "react";
import {
  type Hearing,
  type HeartbeatMatrix,
  lossText,
  restAllowanceMs,
  type Timing,
  timingOf,
  timingText,
} from "./heartbeat-model.ts";
import { HostSwatch } from "./share-bar.tsx";

/** Up to this many hosts each cell has room for its figures; above it, a mark. */
const figuresMax = 8;

type NameOf = (hostId: number) => string;

interface GridProps {
  matrix: HeartbeatMatrix;
  nameOf: NameOf;
  label: string;
  /** Of the heartbeat; how evenly beats arrive is shown against it. */
  periodMs: number;
}

const steps: Record<string, [number, number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

export function HeartbeatGrid({ matrix, nameOf, label, periodMs }: GridProps) {
  const [at, setAt] = useState<[number, number] | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const size = matrix.order.length;
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const move = (from: number, by: number) => Math.min(size - 1, Math.max(0, from + by));
    const next: [number, number] = [move(at?.[0] ?? 0, step[0]), move(at?.[1] ?? 0, step[1])];
    setAt(next);
    table.current?.querySelector<HTMLElement>(`[data-cell="${next.join()}"]`)?.focus();
  };
  const pointed = at ? matrix.rows[at[0]]?.[at[1]] : undefined;
  return (
    <div>
      <div className="overflow-x-auto pb-1">
        <table
          ref={table}
          role="grid"
          aria-label={`${label}. Rows listen, columns speak. Arrow keys step through the pairs.`}
          onKeyDown={onKey}
          onPointerLeave={() => setAt(null)}
          className="border-separate border-spacing-px text-dense"
        >
          <Speakers order={matrix.order} nameOf={nameOf} />
          <tbody>
            {matrix.rows.map((row, y) => (
              <tr key={matrix.order[y]}>
                <RowHead hostId={matrix.order[y] ?? 0} nameOf={nameOf} />
                {row.map((cell, x) => (
                  <Cell
                    key={cell.speaker}
                    cell={cell}
                    hasFigures={size <= figuresMax}
                    text={pairText(cell, nameOf)}
                    y={y}
                    x={x}
                    isStop={at ? at[0] === y && at[1] === x : x === 0 && y === 0}
                    startsPart={startsPart(matrix, x)}
                    periodMs={periodMs}
                    onPoint={setAt}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p aria-live="polite" className="mt-1.5 min-h-10 text-dense text-muted">
        {pointed
          ? `${pairText(pointed, nameOf)}${heardText(pointed)}`
          : "Point at a pair to read it in full."}
      </p>
      <Legend periodMs={periodMs} />
    </div>
  );
}

/** A gap before the first host of the second part and those after it. */
function startsPart({ order, hasBlocks, parts }: HeartbeatMatrix, index: number): boolean {
  return hasBlocks && parts.slice(1).some((part) => part[0] === order[index]);
}

function Speakers({ order, nameOf }: { order: readonly number[]; nameOf: NameOf }) {
  const isNarrow = order.length > figuresMax;
  return (
    <thead>
      <tr>
        <th scope="col" className="px-2 py-1 text-left align-bottom text-[12px] font-normal text-muted">
          hears
        </th>
        {order.map((id) => (
          <th key={id} scope="col" className="px-0.5 py-1 align-bottom text-[12px] font-medium">
            <span title={nameOf(id)} className="flex flex-col items-center gap-1">
              <span className={cn("max-w-28 truncate", isNarrow && "max-h-24 [writing-mode:vertical-rl]")}>
                {nameOf(id)}
              </span>
              <HostSwatch hostId={id} />
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

function RowHead({ hostId, nameOf }: { hostId: number; nameOf: NameOf }) {
  return (
    <th
      scope="row"
      className="sticky left-0 bg-bg py-0 pr-3 text-left text-[12px] font-medium whitespace-nowrap"
    >
      <span className="flex items-center gap-1.5">
        <HostSwatch hostId={hostId} /> {nameOf(hostId)}
      </span>
    </th>
  );
}

/** One sentence about a pair. */
function pairText(cell: Hearing, nameOf: NameOf): string {
  const [ear, voice] = [nameOf(cell.listener), nameOf(cell.speaker)];
  if (cell.state === "self") return `${ear} itself`;
  if (cell.state === "unknown")
    return `${ear} and ${voice}: not known, one of them is stopped or does not report`;
  if (cell.state === "deaf") return `${ear} does not hear ${voice}`;
  const jitter = cell.jitterMs === null ? "" : `, jitter ${cell.jitterMs.toFixed(1)} ms`;
  return `${ear} hears ${voice}; ${lossText(cell)} of the last 100 beats lost${jitter}${frameText(cell)}`;
}

/** Apart, because it changes with every report. */
function heardText({ lastHeardMsAgo }: Hearing): string {
  return lastHeardMsAgo === null ? "" : `; last heard ${duration(lastHeardMsAgo)} ago`;
}

function frameText({ probeHeard }: Hearing): string {
  if (probeHeard === null) return "";
  return probeHeard ? "; frames to the cluster MAC arrive" : "; frames to the cluster MAC do NOT arrive";
}

interface CellProps {
  cell: Hearing;
  hasFigures: boolean;
  text: string;
  /** Row and column. */
  y: number;
  x: number;
  /** The one cell that the tab key reaches. */
  isStop: boolean;
  startsPart: boolean;
  periodMs: number;
  onPoint: (place: [number, number]) => void;
}

const looks: Record<Hearing["state"], string> = {
  self: "bg-transparent",
  heard: "bg-[color-mix(in_oklch,var(--ok)_14%,var(--surface))]",
  lossy: "bg-[color-mix(in_oklch,var(--warn)_34%,var(--surface))]",
  deaf: "bg-bad-fill text-white",
  unknown: "hatched bg-surface",
};

/** The less evenly a host's beats arrive, the stronger. */
const timingLooks: Record<Timing, string | undefined> = {
  "in time": undefined,
  uneven: "bg-[color-mix(in_oklch,var(--ok)_30%,var(--surface))]",
  "very uneven": "bg-[color-mix(in_oklch,var(--ok)_50%,var(--surface))]",
};

/** A thousand of them are on the page with 32 hosts, and most reports change none. */
const Cell = memo(PairCell, (before, after) => {
  return (
    before.text === after.text &&
    before.cell.state === after.cell.state &&
    before.isStop === after.isStop &&
    before.hasFigures === after.hasFigures &&
    before.startsPart === after.startsPart &&
    before.periodMs === after.periodMs &&
    before.y === after.y &&
    before.x === after.x
  );
});

function PairCell({ cell, hasFigures, text, y, x, isStop, startsPart, periodMs, onPoint }: CellProps) {
  const isFrameLost = cell.probeHeard === false;
  return (
    <td
      data-cell={`${y},${x}`}
      data-state={cell.state}
      tabIndex={isStop ? 0 : -1}
      aria-label={text}
      onPointerEnter={() => onPoint([y, x])}
      onFocus={() => onPoint([y, x])}
      className={cn(
        "rounded-[3px] text-center align-middle whitespace-nowrap",
        hasFigures ? "h-11 w-28 min-w-28 px-1" : "size-5.5 min-w-5.5 text-[11px] leading-none",
        looks[cell.state],
        cell.state === "heard" && timingLooks[timingOf(cell.jitterMs, periodMs)],
        startsPart && "border-l-4 border-l-bg",
        isFrameLost && "shadow-[inset_0_0_0_2px_var(--bad)]",
      )}
    >
      <span aria-hidden>{hasFigures ? <Figures cell={cell} periodMs={periodMs} /> : markOf(cell)}</span>
    </td>
  );
}

/** Colour is never alone. */
function markOf(cell: Hearing): string {
  if (cell.state === "deaf") return "✕";
  if (cell.state === "self") return "·";
  if (cell.probeHeard === false) return "M";
  return cell.state === "lossy" ? String(Math.round(cell.lostPercent ?? 0)) : "";
}

function Figures({ cell, periodMs }: { cell: Hearing; periodMs: number }) {
  if (cell.state === "self") return <span className="text-faint">–</span>;
  if (cell.state === "deaf") return <span className="font-medium">not heard</span>;
  if (cell.state === "unknown") return <span className="text-muted">unknown</span>;
  return (
    <span className="grid leading-4">
      <span>{lossText(cell)} lost</span>
      <span className="text-[12px] text-muted">
        {cell.probeHeard === false ? "MAC frames lost" : timingText(cell.jitterMs, periodMs)}
      </span>
    </span>
  );
}

function Legend({ periodMs }: { periodMs: number }) {
  const allowed = restAllowanceMs(periodMs);
  return (
    <ul aria-label="Legend" className="flex flex-wrap gap-x-5 gap-y-1 text-[12px] text-muted">
      <Key look={looks.heard} mark="" text="heard in time" />
      <Key
        look={timingLooks["very uneven"] ?? ""}
        mark=""
        text={`heard unevenly: on average more than ${Math.round(allowed)} ms off their time`}
      />
      <Key look={looks.lossy} mark="7" text="heard, % of beats lost" />
      <Key look={looks.deaf} mark="✕" text="not heard" />
      <Key
        look={`${looks.heard} shadow-[inset_0_0_0_2px_var(--bad)]`}
        mark="M"
        text="frames to the cluster MAC lost"
      />
      <Key look={looks.unknown} mark="" text="not known" />
    </ul>
  );
}

function Key({ look, mark, text }: { look: string; mark: string; text: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden className={cn("grid size-4.5 place-items-center rounded-[3px] text-[10px]", look)}>
        {mark}
      </span>
      {text}
    </li>
  );
}
