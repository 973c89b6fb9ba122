"use client";
/** One validation report, category by category. */
import type { ValidationReport, ValidationTest } from "@bulkhead/core/mscs";
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { cn } from "@bulkhead/ui/cn.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { Download } from "lucide-react";
import {
  byCategory,
  type CategoryTests,
  categoryTitles,
  reportUrl,
  resultWords,
  verdictText,
} from "./validation-model.ts";

export function Report({ report }: { report: ValidationReport }) {
  return (
    <article
      aria-label={`Validation report of ${report.pair}`}
      className="grid grid-cols-[minmax(0,1fr)] gap-4"
    >
      <Notice
        role={resultWords[report.result].role}
        title={verdictText(report)}
        action={<Downloads id={report.id} />}
      >
        {report.nodes.join(", ")}, by {report.by}, <TimeAgo at={report.at} />
      </Notice>
      {byCategory(report.tests).map((part) => (
        <Category key={part.category} part={part} />
      ))}
    </article>
  );
}

function Downloads({ id }: { id: string }) {
  return (
    <>
      {(["html", "json"] as const).map((kind) => (
        <a key={kind} href={reportUrl(id, kind)} download className={buttonLook({ size: "sm" })}>
          <Download aria-hidden /> {kind.toUpperCase()}
        </a>
      ))}
    </>
  );
}

function Category({ part }: { part: CategoryTests }) {
  return (
    <section aria-label={categoryTitles[part.category]}>
      <h3 className="mb-1 flex flex-wrap items-baseline gap-x-4 font-semibold">
        {categoryTitles[part.category]}
        <span className="flex flex-wrap gap-x-3 text-dense font-normal">
          {part.counts.map(({ result, count }) => (
            <State
              key={result}
              role={resultWords[result].role}
              word={`${count} ${resultWords[result].word.toLowerCase()}`}
            />
          ))}
        </span>
      </h3>
      <ul className="divide-y rounded-md border bg-surface">
        {part.tests.map((test) => (
          <Test key={`${test.id} ${test.node ?? ""}`} test={test} />
        ))}
      </ul>
    </section>
  );
}

/** What passed is folded to one line; the rest says what was found and what to do. */
function Test({ test }: { test: ValidationTest }) {
  const { role, word } = resultWords[test.result];
  const isCalm = test.result === "pass";
  return (
    <li
      className={cn(
        "grid items-start gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[92px_minmax(0,1fr)]",
        test.result === "fail" && "bg-bad-soft",
      )}
    >
      <State role={role} word={word} className="text-dense" />
      <div className="min-w-0">
        <p className="flex flex-wrap justify-between gap-x-4">
          <span className={cn(!isCalm && "font-medium")}>{test.title}</span>
          <span className="text-[12px] text-muted">
            {test.node ?? "pair"} <span className="font-mono">{test.id}</span>
          </span>
        </p>
        <p className={cn("text-dense break-words whitespace-pre-line", isCalm && "text-muted")}>
          {test.found}
        </p>
        {test.cure ? (
          <p className="text-dense">
            <span className="font-medium">Way out: </span>
            {test.cure}
          </p>
        ) : null}
      </div>
    </li>
  );
}
