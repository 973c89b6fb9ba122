"use client";
/** "live", or how old the picture is. Never silent about a broken link. */
import { duration } from "@bulkhead/ui/format.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { StateIcon } from "@bulkhead/ui/state.tsx";
import { useNow } from "@bulkhead/ui/time-ago.tsx";
import { useLive } from "../live/live-provider.tsx";

/** The small text in the top bar. */
export function Freshness() {
  const live = useLive();
  const now = useNow();
  if (live.link === "live") {
    return (
      <span className="inline-flex items-center gap-1.5 text-dense text-muted" data-link="live">
        <StateIcon role="ok" /> live
      </span>
    );
  }
  const text = live.goodAt ? `data is ${duration(now - live.goodAt)} old` : "connecting";
  return (
    <span
      className="inline-flex items-center gap-1.5 text-dense text-warn"
      data-link={live.link}
      role="status"
    >
      <StateIcon role={live.goodAt ? "warn" : "active"} /> {text}
    </span>
  );
}

/** The line over the page while the link is broken; everything below it is a memory. */
export function StaleNotice() {
  const live = useLive();
  const now = useNow();
  if (live.link !== "broken" || !live.goodAt) return null;
  return (
    <div className="px-4 pt-3 sm:px-8">
      <Notice
        role="warn"
        title={`No link to the controller: what you see is ${duration(now - live.goodAt)} old`}
        live
      >
        {live.error ?? "The fleet goes on without the controller."} This page reconnects by itself.
      </Notice>
    </div>
  );
}
