"use client";
/** What a plan would do, or why it cannot be. Apply carries out exactly this plan, by its hash. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { plural, shortHash } from "@bulkhead/ui/format.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { RefusalCard } from "../api/refusal-card.tsx";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Inputs, type Outputs, useTRPC } from "../api/trpc.ts";
import { dropDraft } from "../fleet-file/draft.ts";
import { deploymentPath } from "../shell/places.ts";
import { PlanChanges } from "./plan-changes.tsx";
import { PlanPairs } from "./plan-pairs.tsx";

type Plan = Outputs["plans"]["create"];

type Override = NonNullable<Inputs["plans"]["create"]["override"]>;

interface PlanVerdictProps {
  plan: Plan;
  /** Rules that were set aside for this plan. */
  override: Override;
  /** Plans again without these rules. */
  onSetAside: (override: Override) => void;
  /** Moves the caret of the editor to a problem. */
  onGoTo: (at: { line: number; column: number }) => void;
}

export function PlanVerdict({ plan, override, onSetAside, onGoTo }: PlanVerdictProps) {
  const { refusals } = plan.report;
  const errors = refusals.filter((refusal) => refusal.severity === "error");
  const warnings = refusals.filter((refusal) => refusal.severity === "warn");
  return (
    <div className="grid gap-3" aria-live="polite">
      {plan.problems.length > 0 ? <Problems plan={plan} onGoTo={onGoTo} /> : null}
      {errors.length > 0 ? (
        <Notice
          role="bad"
          title={`Refused: ${plural(errors.length, "rule")} ${errors.length === 1 ? "forbids" : "forbid"} this`}
        />
      ) : null}
      {[...errors, ...warnings].map((refusal) => (
        <RefusalCard key={`${refusal.rule} ${refusal.message}`} refusal={refusal} />
      ))}
      {canSetAside(errors) ? <SetAside onSetAside={() => onSetAside(["R32"])} /> : null}
      {plan.report.plan ? (
        <Possible plan={plan} override={override} changes={plan.report.plan.changes} />
      ) : null}
    </div>
  );
}

/** R32 alone stands in the way: the cluster converges, and the change may be what lets it end. */
function canSetAside(errors: Plan["report"]["refusals"]): boolean {
  return errors.length > 0 && errors.every(({ rule }) => rule === "R32");
}

function SetAside({ onSetAside }: { onSetAside: () => void }) {
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button onClick={onSetAside}>Plan although it converges</Button>
      <p className="max-w-[52ch] text-dense text-muted">
        Right when this change is what lets the cluster converge again. The audit log keeps that R32 was set
        aside, and by whom.
      </p>
    </div>
  );
}

function Problems({ plan, onGoTo }: { plan: Plan; onGoTo: (at: { line: number; column: number }) => void }) {
  return (
    <div className="grid gap-2">
      <Notice role="bad" title={`The file cannot be read: ${plural(plan.problems.length, "problem")}`} />
      <ul className="grid gap-2">
        {plan.problems.map((problem) => (
          <li
            key={`${problem.line} ${problem.column} ${problem.message}`}
            className="rounded-md border px-3 py-2"
          >
            <button
              type="button"
              onClick={() => onGoTo({ line: problem.line, column: problem.column })}
              className="text-dense font-medium text-active hover:underline"
            >
              Line {problem.line}, column {problem.column}
            </button>
            {problem.path ? (
              <span className="ml-2 font-mono text-[12px] text-muted">{problem.path}</span>
            ) : null}
            <p>{problem.message}</p>
            <p className="text-muted">{problem.cure}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Possible({
  plan,
  override,
  changes,
}: {
  plan: Plan;
  override: Override;
  changes: NonNullable<Plan["report"]["plan"]>["changes"];
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const apply = useMutation(
    trpc.deployments.start.mutationOptions({
      onSuccess: (deployment) => {
        dropDraft();
        void queries.invalidateQueries({ queryKey: trpc.intent.current.queryKey() });
        router.push(deploymentPath(deployment.id));
      },
    }),
  );
  const names = changes.map((change) => change.node);
  const blocked = plan.stale
    ? "Another plan was applied since. Plan again to see the difference to that one."
    : changes.length === 0
      ? "Nothing would change."
      : null;
  return (
    <>
      <Notice
        role="ok"
        title={changes.length > 0 ? `Possible: ${plan.report.summary}` : plan.report.summary}
      />
      <PlanChanges changes={changes} />
      <PlanPairs plan={plan} />
      <TroubleNotice error={apply.error} />
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look="primary"
          onClick={() => apply.mutate({ planId: plan.id, hash: plan.hash, override })}
          disabled={apply.isPending}
          blockedBy={blocked}
        >
          {apply.isPending
            ? "Starting the rollout"
            : names.length > 3
              ? `Apply to ${names.length} nodes`
              : `Apply to ${names.join(", ")}`}
        </Button>
        <p className="text-dense text-muted">
          Plan <CopyValue value={plan.hash} shown={shortHash(plan.hash)} />
          {blocked ? `. ${blocked}` : ""}
        </p>
      </div>
    </>
  );
}
