"use client";
/** Relative time with local and UTC on hover. One timer for all of them. */
import { useSyncExternalStore } from "react";
import { cn } from "./cn.ts";
import { ago, instant, until } from "./format.ts";

const tickMs = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    nowMs = 0;
  };
}

function read(): number {
  if (nowMs === 0) nowMs = Date.now();
  return nowMs;
}

/** The present, epoch ms, renewed every second. Zero while prerendering. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read, () => 0);
}

/** "14 s ago", or "in 14 min" for what is to come. */
export function TimeAgo({
  at,
  ahead = false,
  className,
}: {
  at: number | null;
  ahead?: boolean;
  className?: string;
}) {
  const now = useNow();
  if (at === null) return <span className={className}>never</span>;
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={instant(at)}
      className={cn("whitespace-nowrap", className)}
    >
      {now === 0 ? "" : ahead ? until(at, now) : ago(at, now)}
    </time>
  );
}
