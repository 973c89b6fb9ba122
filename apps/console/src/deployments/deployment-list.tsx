"use client";
/** All deployments, newest first, and the plans that were not applied. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { shortHash } from "@bulkhead/ui/format.ts";
import { Empty, Page, Section, Waiting } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { deploymentPath, newDeploymentPath } from "../shell/places.ts";
import { ConditionView } from "../states/condition-view.tsx";
import { deploymentCondition } from "../states/other-states.ts";

type Deployment = Outputs["deployments"]["list"][number];
type Plan = Outputs["plans"]["list"][number];

const limit = 100;
const refreshMs = 5_000;

const columns: Column<Deployment>[] = [
  {
    id: "started",
    header: "Started",
    value: (deployment) => deployment.startedAt,
    cell: (deployment) => (
      <Link href={deploymentPath(deployment.id)} className="font-medium text-active hover:underline">
        <TimeAgo at={deployment.startedAt} />
      </Link>
    ),
  },
  {
    id: "state",
    header: "State",
    value: (deployment) => deployment.state,
    cell: (deployment) => <ConditionView condition={deploymentCondition(deployment)} wide />,
  },
  {
    id: "nodes",
    header: "Nodes accepted",
    cell: (deployment) =>
      `${deployment.nodes.filter((node) => node.state === "accepted").length} of ${deployment.nodes.length}`,
    align: "right",
  },
  { id: "by", header: "By", value: (deployment) => deployment.by, cell: (deployment) => deployment.by },
  {
    id: "plan",
    header: "Plan",
    value: (deployment) => deployment.planHash,
    cell: (deployment) => <CopyValue value={deployment.planHash} shown={shortHash(deployment.planHash)} />,
  },
];

const planColumns: Column<Plan>[] = [
  {
    id: "created",
    header: "Made",
    value: (plan) => plan.createdAt,
    cell: (plan) => <TimeAgo at={plan.createdAt} />,
  },
  {
    id: "verdict",
    header: "Verdict",
    value: verdictWord,
    cell: (plan) => (
      <State role={plan.problems.length > 0 || !plan.report.plan ? "bad" : "ok"} word={verdictWord(plan)} />
    ),
  },
  {
    id: "summary",
    header: "Summary",
    value: (plan) => plan.report.summary,
    cell: (plan) => plan.report.summary,
  },
  { id: "by", header: "By", value: (plan) => plan.createdBy, cell: (plan) => plan.createdBy },
  {
    id: "hash",
    header: "Plan",
    value: (plan) => plan.hash,
    cell: (plan) => <CopyValue value={plan.hash} shown={shortHash(plan.hash)} />,
  },
];

function verdictWord(plan: Plan): string {
  if (plan.problems.length > 0) return "Unreadable";
  return plan.report.plan ? "Possible" : "Refused";
}

export function DeploymentList() {
  const trpc = useTRPC();
  const deployments = useQuery(trpc.deployments.list.queryOptions({ limit }, { refetchInterval: refreshMs }));
  const plans = useQuery(trpc.plans.list.queryOptions({ limit: 20 }, { refetchInterval: refreshMs }));
  const applied = new Set(deployments.data?.map((deployment) => deployment.planId));
  const left = plans.data?.filter((plan) => !applied.has(plan.id)) ?? [];
  const write = (
    <Link href={newDeploymentPath} className={buttonLook({ look: "primary" })}>
      <Plus aria-hidden /> New deployment
    </Link>
  );
  return (
    <Page title="Deployments" actions={deployments.data?.length ? write : null}>
      <TroubleNotice error={deployments.error} />
      {deployments.isPending ? <Waiting /> : null}
      {deployments.data?.length === 0 ? (
        <Empty title="Nothing has been deployed yet" action={write}>
          <p>
            The fleet file says what every cluster is to be. A deployment turns it into a signed policy for
            each node: first a plan that you can read, then the rollout in waves.
          </p>
        </Empty>
      ) : null}
      {deployments.data?.length ? (
        <DataTable
          label="Deployments"
          columns={columns}
          rows={deployments.data}
          rowKey={(deployment) => deployment.id}
          exportable
        />
      ) : null}
      {left.length > 0 ? (
        <Section title="Plans that were not applied" note="Refused ones are kept and audited too.">
          <DataTable
            label="Plans not applied"
            columns={planColumns}
            rows={left}
            rowKey={(plan) => plan.id}
            exportable
          />
        </Section>
      ) : null}
    </Page>
  );
}
