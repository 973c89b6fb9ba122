"use client";
/** The newest audit records in a few lines: what just happened here, and the way to all of it. */
import { Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../api/trpc.ts";
import { outcomeCondition } from "../states/other-states.ts";
import { detailLine, shortened } from "./detail-line.ts";

const shown = 6;
const refreshMs = 5_000;

export function Lately() {
  const trpc = useTRPC();
  const records = useQuery(trpc.audit.list.queryOptions({ limit: shown }, { refetchInterval: refreshMs }));
  if (!records.data || records.data.length === 0) return null;
  return (
    <Section
      title="Lately"
      actions={
        <Link href="/audit" className="text-dense font-medium text-active hover:underline">
          Whole audit log
        </Link>
      }
    >
      <ul className="divide-y border-y text-dense">
        {records.data.map((record) => {
          const condition = outcomeCondition(record.outcome);
          return (
            <li
              key={record.seq}
              className="grid grid-cols-[92px_minmax(0,1fr)] items-baseline gap-x-4 gap-y-0.5 py-1.5 sm:grid-cols-[92px_190px_150px_92px_minmax(0,1fr)]"
            >
              <TimeAgo at={record.at} className="text-muted" />
              <span className="truncate">{record.actor.name}</span>
              <span className="truncate font-mono text-[12.5px]">{record.action}</span>
              <State role={condition.role} word={condition.word} />
              <span className="truncate text-muted max-sm:col-span-2">
                <span className="text-text">{shortened(record.object.name)}</span> {detailLine(record.detail)}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
