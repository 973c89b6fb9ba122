"use client";
/** What a plan means for the pairs that it changes: where to ask what would happen, and the validation that should come first. */
import { Button } from "@bulkhead/ui/button.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { Report } from "../mscs/validation/report.tsx";
import { resultWords } from "../mscs/validation/validation-model.ts";
import { whatIfPath } from "../shell/places.ts";

type Plan = Outputs["plans"]["create"];
type Wanted = NonNullable<Plan["validations"]>[number];

export function PlanPairs({ plan }: { plan: Plan }) {
  const isMscs =
    plan.report.plan?.changes.some(({ after, before }) => after === "mscs" || before === "mscs") ?? false;
  if (!isMscs) return null;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p>
        <Link href={whatIfPath({ plan: plan.id })} className="font-medium text-active hover:underline">
          What would the pairs do
        </Link>{" "}
        <span className="text-muted">when this plan is applied: which group goes where, and what stops</span>
      </p>
      {(plan.validations ?? []).map((wanted) => (
        <Validation key={wanted.pair} plan={plan} wanted={wanted} />
      ))}
    </div>
  );
}

function Validation({ plan, wanted }: { plan: Plan; wanted: Wanted }) {
  const trpc = useTRPC();
  const validate = useMutation(trpc.mscs.validate.mutationOptions());
  const { pair, why, report } = wanted;
  const isOfThis = report?.planHash === plan.hash;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <Notice
        role={report && isOfThis ? resultWords[report.result].role : "warn"}
        title={
          report && isOfThis
            ? `${pair} was validated for this plan: ${report.result}`
            : `Validate ${pair} first`
        }
        action={
          <Button
            size="sm"
            onClick={() => validate.mutate({ cluster: pair, planId: plan.id })}
            disabled={validate.isPending}
          >
            {validate.isPending ? "Running the tests" : "Run validation"}
          </Button>
        }
      >
        <p>{why}</p>
        {report ? (
          <p>
            The newest report is of <TimeAgo at={report.at} />, by {report.by}: {report.result}.{" "}
            {isOfThis ? "" : "It looked at something else than this plan."}
          </p>
        ) : null}
      </Notice>
      <TroubleNotice error={validate.error} />
      {validate.data ? <Report report={validate.data} /> : null}
    </div>
  );
}
