/** The bulkhead between the rooms: riveted and quiet while it holds, torn open where a rule is violated. */
import { cn } from "@bulkhead/ui/cn.ts";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import type { Breach } from "./breaches.ts";

/** Rules R1 to R5 hold it (KB Q223157). */
export function Wall({ breaches }: { breaches: readonly Breach[] }) {
  const holds = breaches.length === 0;
  return (
    <section
      aria-label="The wall"
      data-map-wall
      className="wall relative z-10 -mx-1.5 rounded-sm sm:-mx-2.5"
      data-holds={holds}
    >
      <div className={cn("flex min-h-11 items-center px-4 py-2", holds ? "justify-center" : "justify-start")}>
        <p
          data-map-plate
          className={cn(
            "wall-plate inline-flex items-center gap-2 rounded-sm px-3 py-1 text-center text-dense",
            holds ? "text-muted" : "font-medium text-bad",
          )}
        >
          {holds ? (
            <ShieldCheck aria-hidden className="size-4 shrink-0 text-ok-text" />
          ) : (
            <ShieldAlert aria-hidden className="size-4 shrink-0" />
          )}
          {holds
            ? "The wall holds: no node and no address on both sides"
            : `Breached: ${[...new Set(breaches.map((breach) => breach.rule))].join(", ")}`}
        </p>
      </div>
    </section>
  );
}
