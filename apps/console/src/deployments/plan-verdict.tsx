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
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { deploymentPath } from "../shell/places.ts";
import { PlanChanges } from "./plan-changes.tsx";

type Plan = Outputs["plans"]["create"];

/** @param onGoTo moves the caret of the editor to a problem. */
export function PlanVerdict({
  plan,
  onGoTo,
}: {
  plan: Plan;
  onGoTo: (at: { line: number; column: number }) => void;
}) {
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
      {plan.report.plan ? <Possible plan={plan} changes={plan.report.plan.changes} /> : null}
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
  changes,
}: {
  plan: Plan;
  changes: NonNullable<Plan["report"]["plan"]>["changes"];
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const apply = useMutation(
    trpc.deployments.start.mutationOptions({
      onSuccess: (deployment) => {
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
      <TroubleNotice error={apply.error} />
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look="primary"
          onClick={() => apply.mutate({ planId: plan.id, hash: plan.hash })}
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
