"use client";
/** The buckets as a field in host colours: hover, or arrow keys, tell bucket and owner. */
import { cn } from "@bulkhead/ui/cn.ts";
import { count, percent } from "@bulkhead/ui/format.ts";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { usePaintVersion } from "../shell/theme.ts";
import type { WlbsCluster, WlbsRule } from "../states/wlbs-states.ts";
import { bucketCount, drainingHosts, movedBuckets, ownersOf, type Share } from "./bucket-model.ts";
import { type FieldModel, fieldSide, paintField } from "./bucket-paint.ts";
import { nameIn } from "./cluster-model.ts";
import { ruleShares } from "./rule-shares.ts";
import { HostSwatch } from "./share-bar.tsx";
import { type TableMemory, tablesOf } from "./table-memory.ts";

const sideMax = 448;
/** A longer legend stands under the field, in columns. */
const legendBesideMax = 12;

export interface BucketFieldProps {
  cluster: WlbsCluster;
  rule: WlbsRule;
  memory: TableMemory;
  /** Bucket of the looked-up client. */
  lit: number | null;
}

/** Field of one rule, what is under the pointer, and the legend. */
export function BucketField({ cluster, rule, memory, lit }: BucketFieldProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const [litHost, setLitHost] = useState<number | null>(null);
  const table = tablesOf(memory, rule.name);
  const draining = [...drainingHosts(cluster, rule.name)].join();
  // The picture is painted anew only when something in it has changed, not with every report.
  const model = useMemo(
    () => fieldModel(table.now, table.before, draining),
    [table.now, table.before, draining],
  );
  if (!model)
    return (
      <p className="min-h-[448px] py-6 text-muted">
        {cluster.tablesKey === null
          ? "No host has reported a bucket table yet. It appears when the cluster converges for the first time."
          : "Fetching the bucket table."}
      </p>
    );
  const { moved } = model;
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-4">
      <div className="w-full max-w-[448px] min-w-0 flex-[1_1_280px]">
        <FieldCanvas
          model={model}
          label={fieldLabel(cluster, rule)}
          lit={pointed ?? lit}
          litHost={litHost}
          onPoint={setPointed}
        />
        <p aria-live="polite" className="mt-1.5 min-h-5 text-dense text-muted">
          {pointed === null
            ? moved.size > 0
              ? `Marked: ${count(moved.size)} buckets that the last change moved, the former owner's colour inside.`
              : "Point at a bucket to see its owner."
            : bucketText(cluster, model, pointed)}
        </p>
      </div>
      <Legend shares={ruleShares(cluster, rule)} onPoint={setLitHost} />
    </div>
  );
}

/** Null while there is no table. `draining`: host IDs, comma separated, so that equal sets are equal. */
function fieldModel(now: string | null, before: string | null, draining: string): FieldModel | null {
  const owners = ownersOf(now);
  if (!owners) return null;
  const former = ownersOf(before);
  const ids = draining === "" ? [] : draining.split(",").map(Number);
  return {
    owners,
    moved: former ? movedBuckets(former, owners) : new Map<number, number>(),
    draining: new Set(ids),
  };
}

function fieldLabel(cluster: WlbsCluster, rule: WlbsRule): string {
  const shares = ruleShares(cluster, rule).map(
    (share) => `${share.node} ${percent(share.owned, bucketCount)}`,
  );
  return `Owners of the ${count(bucketCount)} buckets of ${rule.name}: ${shares.join(", ")}`;
}

function bucketText(cluster: WlbsCluster, model: FieldModel, bucket: number): string {
  const name = nameIn(cluster);
  const former = model.moved.get(bucket);
  const was = former === undefined ? "" : `, until the last change ${name(former)}`;
  const keeps =
    former !== undefined && model.draining.has(former) ? ", which keeps its open connections" : "";
  return `Bucket ${bucket}: ${name(model.owners[bucket] ?? 0)}${was}${keeps}`;
}

interface FieldCanvasProps {
  model: FieldModel;
  label: string;
  /** Bucket to light up. */
  lit: number | null;
  /** Host to light up. */
  litHost: number | null;
  onPoint: (bucket: number | null) => void;
}

const steps: Record<string, number> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -fieldSide,
  ArrowDown: fieldSide,
};

function FieldCanvas({ model, label, lit, litHost, onPoint }: FieldCanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const [side, setSide] = useState(0);
  const paintVersion = usePaintVersion();
  useEffect(() => {
    const frame = ref.current?.parentElement;
    if (!frame) return;
    const observer = new ResizeObserver(([entry]) =>
      setSide(Math.min(sideMax, Math.floor(entry?.contentRect.width ?? 0))),
    );
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: paintVersion stands for the colours that the canvas reads.
  useEffect(() => {
    if (ref.current && side > 0) paintField(ref.current, { ...model, lit, litHost }, side);
  }, [model, lit, litHost, side, paintVersion]);
  const onPointer = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * fieldSide);
    const row = Math.floor(((event.clientY - box.top) / box.height) * fieldSide);
    onPoint(
      column >= 0 && column < fieldSide && row >= 0 && row < fieldSide ? row * fieldSide + column : null,
    );
  };
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (event.key === "Escape") onPoint(null);
    if (step === undefined) return;
    event.preventDefault();
    onPoint(Math.min(bucketCount - 1, Math.max(0, (lit ?? 0) + step)));
  };
  return (
    <canvas
      ref={ref}
      role="img"
      aria-label={`${label}. Arrow keys step through the buckets.`}
      tabIndex={0}
      onPointerMove={onPointer}
      onPointerLeave={() => onPoint(null)}
      onKeyDown={onKey}
      onBlur={() => onPoint(null)}
      className="block aspect-square w-full touch-none rounded-[4px]"
    />
  );
}

function Legend({ shares, onPoint }: { shares: readonly Share[]; onPoint: (hostId: number | null) => void }) {
  return (
    <ul
      aria-label="Hosts"
      className={cn(
        "grid auto-rows-min content-start gap-x-3 gap-y-0.5 text-dense",
        shares.length > legendBesideMax
          ? "basis-full grid-cols-[repeat(auto-fill,minmax(220px,1fr))]"
          : "flex-[1_1_215px]",
      )}
    >
      {shares.map((share) => (
        <li
          key={share.hostId}
          onPointerEnter={() => onPoint(share.hostId)}
          onPointerLeave={() => onPoint(null)}
          className="flex h-7 items-center gap-2 rounded-sm px-1.5 hover:bg-sunken"
        >
          <HostSwatch hostId={share.hostId} faded={share.owned === 0} />
          <span className="flex-1 truncate">{share.node}</span>
          <span className="text-right">{count(share.owned)}</span>
          <span className="w-24 text-right whitespace-nowrap text-muted">target {count(share.target)}</span>
        </li>
      ))}
    </ul>
  );
}
