"use client";
/** Audit records, newest first; a row opens to its detail and hashes. */
import { cn } from "@bulkhead/ui/cn.ts";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { count } from "@bulkhead/ui/format.ts";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { ChevronRight } from "lucide-react";
import { Fragment, useState } from "react";
import type { Outputs } from "../api/trpc.ts";
import { outcomeCondition } from "../states/other-states.ts";
import { detailLine, shortened } from "./detail-line.ts";

type AuditRecord = Outputs["audit"]["list"][number];

const headers = ["", "No.", "When", "Who", "Action", "Object", "Outcome", "Detail"];

export function AuditTable({ records, filtered }: { records: readonly AuditRecord[]; filtered: boolean }) {
  const [open, setOpen] = useState<number | null>(null);
  return (
    <div className="relative overflow-x-auto rounded-md border bg-surface">
      <table aria-label="Audit records" className="w-full border-collapse text-dense">
        <thead>
          <tr>
            {headers.map((header) => (
              <th
                key={header}
                scope="col"
                className="px-3 py-2 text-left font-medium whitespace-nowrap text-muted"
              >
                {header || <span className="sr-only">Open</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <Fragment key={record.seq}>
              <RecordRow
                record={record}
                open={open === record.seq}
                onToggle={() => setOpen(open === record.seq ? null : record.seq)}
              />
              {open === record.seq ? <RecordDetail record={record} /> : null}
            </Fragment>
          ))}
        </tbody>
      </table>
      {records.length === 0 ? (
        <p className="border-t px-4 py-6 text-muted">
          {filtered ? "No record fits this filter." : "Nothing has been recorded yet."}
        </p>
      ) : null}
    </div>
  );
}

function RecordRow({ record, open, onToggle }: { record: AuditRecord; open: boolean; onToggle: () => void }) {
  const condition = outcomeCondition(record.outcome);
  return (
    <tr className="border-t hover:bg-sunken/60">
      <td className="w-8 pl-2">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Detail of record ${record.seq}`}
          onClick={onToggle}
          className="grid size-6 place-items-center rounded-sm text-muted hover:text-text"
        >
          <ChevronRight aria-hidden className={cn("size-4 transition-transform", open && "rotate-90")} />
        </button>
      </td>
      <td className="px-3 py-2 text-muted">{count(record.seq)}</td>
      <td className="px-3 py-2">
        <TimeAgo at={record.at} />
      </td>
      <td className="px-3 py-2 whitespace-nowrap">
        {record.actor.name} <span className="text-muted">{record.actor.kind}</span>
      </td>
      <td className="px-3 py-2 font-mono text-[12.5px] whitespace-nowrap">{record.action}</td>
      <td className="px-3 py-2 whitespace-nowrap">
        <span className="text-muted">{record.object.kind}</span> {shortened(record.object.name)}
      </td>
      <td className="px-3 py-2">
        <State role={condition.role} word={condition.word} />
      </td>
      <td className="max-w-md truncate px-3 py-2 text-muted">{detailLine(record.detail)}</td>
    </tr>
  );
}

function RecordDetail({ record }: { record: AuditRecord }) {
  return (
    <tr className="bg-sunken">
      <td />
      <td colSpan={7} className="px-3 py-3">
        <pre className="overflow-x-auto font-mono text-[12.5px] leading-5 whitespace-pre-wrap">
          {JSON.stringify(record.detail, null, 2)}
        </pre>
        <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-[12px]">
          <dt className="text-muted">Hash</dt>
          <dd className="min-w-0">
            <CopyValue value={record.hash} />
          </dd>
          <dt className="text-muted">Before it</dt>
          <dd className="min-w-0">
            <CopyValue value={record.prevHash} />
          </dd>
        </dl>
      </td>
    </tr>
  );
}
