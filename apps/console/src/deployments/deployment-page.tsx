"use client";
/** One deployment, live while it rolls out: every node with its wave's state, and the refusal where there is one. */
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { duration, shortHash } from "@bulkhead/ui/format.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Facts, Page, Section, Waiting } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import Link from "next/link";
import { useState } from "react";
import { RefusalCard } from "../api/refusal-card.tsx";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { auditPath } from "../shell/places.ts";
import { deploymentCondition, rolloutCondition } from "../states/other-states.ts";
import { PlanChanges } from "./plan-changes.tsx";

type Deployment = Outputs["deployments"]["get"];

export function DeploymentPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const first = useQuery(trpc.deployments.get.queryOptions({ id }));
  const [live, setLive] = useState<Deployment | null>(null);
  const deployment = live ?? first.data ?? null;
  const runs = deployment?.state === "running";
  useSubscription(
    trpc.deployments.live.subscriptionOptions(runs ? { id } : skipToken, {
      onData: (message) => setLive(message.data),
    }),
  );
  const plan = useQuery(trpc.plans.get.queryOptions(deployment ? { id: deployment.planId } : skipToken));
  const trail = <Link href="/deployments">Deployments</Link>;
  if (first.error)
    return (
      <Page title="Deployment" trail={trail}>
        <TroubleNotice error={first.error} />
      </Page>
    );
  if (!deployment)
    return (
      <Page title="Deployment" trail={trail}>
        <Waiting />
      </Page>
    );
  const condition = deploymentCondition(deployment);
  const changes = plan.data?.report.plan?.changes ?? [];
  return (
    <Page
      title={`Deployment ${shortHash(deployment.planHash)}`}
      trail={trail}
      state={<State role={condition.role} word={condition.word} />}
    >
      {condition.why ? <Notice role={condition.role}>{condition.why}</Notice> : null}
      <DeploymentFacts deployment={deployment} />
      <Section
        title="Rollout"
        note={`${deployment.nodes.filter((node) => node.state === "accepted").length} of ${deployment.nodes.length} nodes accepted`}
      >
        <Rollout deployment={deployment} />
      </Section>
      {changes.length > 0 ? (
        <Section title="What it changed">
          <PlanChanges changes={changes} />
        </Section>
      ) : null}
      {plan.data ? (
        <details>
          <summary className="w-fit text-[15px] font-semibold">Fleet file</summary>
          <pre className="mt-2 overflow-x-auto rounded-md border bg-sunken p-3 font-mono text-[12.5px] leading-5">
            {plan.data.yaml}
          </pre>
        </details>
      ) : null}
    </Page>
  );
}

function DeploymentFacts({ deployment }: { deployment: Deployment }) {
  const took =
    deployment.finishedAt === null ? "still running" : duration(deployment.finishedAt - deployment.startedAt);
  return (
    <Facts
      items={[
        { term: "Started", value: <TimeAgo at={deployment.startedAt} /> },
        { term: "Took", value: took },
        { term: "By", value: deployment.by },
        {
          term: "Plan",
          value: <CopyValue value={deployment.planHash} shown={shortHash(deployment.planHash)} />,
        },
        {
          term: "Audit",
          value: (
            <Link href={auditPath(deployment.id)} className="font-medium text-active hover:underline">
              Show entries
            </Link>
          ),
        },
      ]}
    />
  );
}

function Rollout({ deployment }: { deployment: Deployment }) {
  const accepted = deployment.nodes.filter((node) => node.state === "accepted").length;
  const part = deployment.nodes.length === 0 ? 1 : accepted / deployment.nodes.length;
  return (
    <div className="rounded-md border bg-surface">
      <div
        className="h-1 overflow-hidden rounded-t-md bg-line"
        role="progressbar"
        aria-label="Nodes accepted"
        aria-valuenow={accepted}
        aria-valuemin={0}
        aria-valuemax={deployment.nodes.length}
      >
        <div className="h-full bg-ok transition-[width] duration-200" style={{ width: `${part * 100}%` }} />
      </div>
      <ul className="divide-y">
        {deployment.nodes.map((node) => {
          const condition = rolloutCondition(node);
          return (
            <li key={node.node} className="grid gap-2 px-4 py-2.5">
              <p className="flex flex-wrap items-baseline gap-x-4">
                <span className="w-36 font-medium">{node.node}</span>
                <State role={condition.role} word={condition.word} className="flex-1" />
                <span className="text-dense text-muted">policy {node.generation}</span>
              </p>
              {node.refusal ? <RefusalCard refusal={node.refusal} /> : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
