"use client";
/** What happened step by step: a lane per place, a mark per step, and a slider that replays it. */
import { cn } from "@bulkhead/ui/cn.ts";
import { useId, useState } from "react";
import { placed, type ReplayStep, untilOf } from "./replay-model.ts";

export interface StepReplayProps {
  label: string;
  /** Lanes from top to bottom. Steps of another lane are not drawn, only listed. */
  lanes: readonly string[];
  /** Epoch milliseconds. */
  startedAt: number;
  /** Null = it goes on. */
  endedAt: number | null;
  steps: readonly ReplayStep[];
}

export function StepReplay({ label, lanes, startedAt, endedAt, steps }: StepReplayProps) {
  const id = useId();
  const lengthMs = untilOf(startedAt, endedAt, steps);
  const [atMs, setAtMs] = useState<number | null>(null);
  const shownMs = atMs ?? lengthMs;
  const marks = placed(steps, startedAt, lengthMs);
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-[minmax(64px,auto)_minmax(0,1fr)] items-center gap-x-3 gap-y-1.5">
        {lanes.map((lane) => (
          <div key={lane} className="contents">
            <span className="truncate text-[12px] text-muted">{lane}</span>
            <div className="relative h-5 rounded-sm bg-sunken">
              <span aria-hidden className="absolute inset-x-0 top-1/2 h-px bg-line" />
              {marks
                .filter((mark) => mark.step.lane === lane)
                .map((mark) => (
                  <span
                    key={mark.key}
                    title={`+${(mark.ms / 1000).toFixed(2)} s: ${mark.step.text}`}
                    className={cn(
                      "absolute top-1/2 size-2.5 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-surface",
                      mark.ms <= shownMs ? "bg-back" : "bg-line-strong",
                    )}
                    style={{ left: `${mark.part * 100}%` }}
                  />
                ))}
              <span
                aria-hidden
                className="absolute inset-y-0 w-px bg-text/60"
                style={{ left: `${(shownMs / lengthMs) * 100}%` }}
              />
            </div>
          </div>
        ))}
        <label htmlFor={id} className="text-[12px] text-muted">
          Replay
        </label>
        <div className="flex items-center gap-3">
          <input
            id={id}
            type="range"
            min={0}
            max={lengthMs}
            step={Math.max(1, Math.round(lengthMs / 200))}
            value={shownMs}
            onChange={(event) => setAtMs(Number(event.target.value))}
            className="w-full accent-(--back)"
          />
          <span className="w-16 text-right text-[12px] whitespace-nowrap text-muted">
            +{(shownMs / 1000).toFixed(2)} s
          </span>
        </div>
      </div>
      <ol aria-label={label} className="grid gap-0.5 text-dense">
        {marks.map((mark) => (
          <li
            key={mark.key}
            className={cn(
              "grid grid-cols-[64px_minmax(0,1fr)] gap-x-3 transition-opacity sm:grid-cols-[64px_88px_minmax(0,1fr)]",
              mark.ms > shownMs && "opacity-35",
            )}
          >
            <span className="text-right text-muted">+{(mark.ms / 1000).toFixed(2)} s</span>
            <span className="truncate text-muted max-sm:hidden">{mark.step.lane}</span>
            <span className="break-words">{mark.step.text}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
