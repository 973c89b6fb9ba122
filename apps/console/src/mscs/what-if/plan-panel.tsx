"use client";
/** What a plan would do to the pairs that it names, before it is applied. */
import { SelectField } from "@bulkhead/ui/field.tsx";
import { shortHash } from "@bulkhead/ui/format.ts";
import { Waiting } from "@bulkhead/ui/page.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useQuery } from "@tanstack/react-query";
import { TroubleNotice } from "../../api/trouble-notice.tsx";
import { useTRPC } from "../../api/trpc.ts";
import { valueAt } from "../../fleet-file/fleet-document.ts";
import { AnswerView } from "./answer-view.tsx";

interface PlanPanelProps {
  /** Names of the pairs that run. */
  live: readonly string[];
  plan: string | null;
  onPlan: (id: string) => void;
}

export function PlanPanel({ live, plan, onPlan }: PlanPanelProps) {
  const trpc = useTRPC();
  const plans = useQuery(trpc.plans.list.queryOptions({ limit: 20 }));
  const possible = plans.data?.filter(({ report }) => report.plan !== null) ?? [];
  const chosen = possible.find(({ id }) => id === plan) ?? possible[0];
  if (plans.isPending) return <Waiting label="Loading the plans" />;
  if (!chosen)
    return (
      <p className="text-muted">
        There is no plan to ask about. Change the fleet file and press Plan; nothing is applied by that.
      </p>
    );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <TroubleNotice error={plans.error} />
      <SelectField label="Plan" value={chosen.id} onChange={(event) => onPlan(event.target.value)}>
        {possible.map(({ id, hash, report }) => (
          <option key={id} value={id}>
            {shortHash(hash)}: {report.summary}
          </option>
        ))}
      </SelectField>
      <p className="text-dense text-muted">
        Made by {chosen.createdBy} <TimeAgo at={chosen.createdAt} />
      </p>
      {pairsOf(chosen.yaml).map((pair) => (
        <PlanAnswer key={pair.name} pair={pair} planId={chosen.id} isLive={live.includes(pair.name)} />
      ))}
    </div>
  );
}

/** The pairs that the plan's file names; a new one is not in the live picture yet. */
function pairsOf(yaml: string): { name: string; nodes: string[] }[] {
  const pairs = (valueAt(yaml, ["mscs"]) ?? {}) as Record<string, { nodes?: string[] }>;
  return Object.entries(pairs).map(([name, { nodes }]) => ({ name, nodes: nodes ?? [] }));
}

interface PlanAnswerProps {
  pair: { name: string; nodes: string[] };
  planId: string;
  isLive: boolean;
}

function PlanAnswer({ pair, planId, isLive }: PlanAnswerProps) {
  const trpc = useTRPC();
  const answer = useQuery(
    trpc.mscs.whatIf.queryOptions({
      cluster: pair.name,
      from: isLive ? "live" : "planned",
      question: { kind: "plan", planId },
    }),
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2 border-t pt-4">
      <TroubleNotice error={answer.error} />
      {answer.isPending ? <Waiting label={`Asking ${pair.name}`} /> : null}
      {answer.data ? (
        <AnswerView
          title={`${pair.name}: when the plan is applied`}
          answer={answer.data}
          nodes={pair.nodes}
        />
      ) : null}
    </div>
  );
}
