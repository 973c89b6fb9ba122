"use client";
/** Write the fleet file, plan it, read the verdict, apply exactly that plan. */
import { Button } from "@bulkhead/ui/button.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Page, Section, Waiting } from "@bulkhead/ui/page.tsx";
import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { ShellLine } from "../acts/shell-line.tsx";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { useTRPC } from "../api/trpc.ts";
import { DiffView } from "../fleet-file/diff-view.tsx";
import { type Draft, dropDraft } from "../fleet-file/draft.ts";
import { applyLine, planLine } from "../states/cli.ts";
import { exampleFleet } from "./example-fleet.ts";
import { PlanVerdict } from "./plan-verdict.tsx";
import { YamlEditor } from "./yaml-editor.tsx";

const trail = <Link href="/deployments">Deployments</Link>;

/** @param draft a change that a form has written; null = begin with what is deployed. */
export function NewDeployment({ draft }: { draft: Draft | null }) {
  const trpc = useTRPC();
  const intent = useQuery(
    trpc.intent.current.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
  );
  if (intent.error)
    return (
      <Page title="New deployment" trail={trail}>
        <TroubleNotice error={intent.error} />
      </Page>
    );
  if (!intent.data)
    return (
      <Page title="New deployment" trail={trail}>
        <Waiting label="Loading the fleet file" />
      </Page>
    );
  return <Editor current={intent.data.yaml} isFirst={intent.data.planHash === null} draft={draft} />;
}

interface EditorProps {
  current: string;
  isFirst: boolean;
  draft: Draft | null;
}

function Editor({ current, isFirst, draft }: EditorProps) {
  const trpc = useTRPC();
  const [yaml, setYaml] = useState(draft?.yaml ?? current);
  const [goTo, setGoTo] = useState<{ line: number; column: number } | null>(null);
  const plan = useMutation(trpc.plans.create.mutationOptions());
  const shown = plan.data?.yaml === yaml ? plan.data : null;
  return (
    <Page
      title="New deployment"
      trail={trail}
      lead="The fleet file says what every cluster is to be. Nothing changes before you have read the plan and applied it."
    >
      {draft ? (
        <Notice role="active" title={draft.what}>
          The form has written it into the fleet file below. Nothing is deployed yet: read the difference,
          then plan.
        </Notice>
      ) : null}
      {isFirst && draft === null ? (
        <Notice
          role="off"
          title="Nothing has been deployed yet"
          action={
            <Button size="sm" onClick={() => setYaml(exampleFleet)}>
              Begin with an example
            </Button>
          }
        >
          The example has three WLBS hosts behind one virtual IP. Put in your own names and addresses.
        </Notice>
      ) : null}
      <div className="grid gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,12fr)_minmax(0,9fr)]">
        <Section
          title="Fleet file"
          note={yaml === current ? "as it is deployed" : "changed"}
          actions={
            yaml === current ? null : (
              <Button
                look="quiet"
                size="sm"
                onClick={() => {
                  dropDraft();
                  setYaml(current);
                }}
              >
                Undo all changes
              </Button>
            )
          }
        >
          <div className="grid gap-3">
            <YamlEditor
              label="Fleet file"
              value={yaml}
              onChange={setYaml}
              badLines={shown?.problems.map((problem) => problem.line) ?? []}
              goTo={goTo}
            />
            <div className="flex flex-wrap items-center gap-2">
              <Button
                look={shown?.report.plan ? "plain" : "primary"}
                onClick={() => plan.mutate({ yaml })}
                disabled={plan.isPending}
                blockedBy={yaml.trim() === "" ? "Write a fleet file first." : null}
              >
                {plan.isPending ? "Planning" : "Plan"}
              </Button>
              <p className="text-dense text-muted">Planning changes nothing.</p>
            </div>
            <TroubleNotice error={plan.error} />
          </div>
        </Section>
        <Section title="Verdict">
          {shown ? (
            <PlanVerdict
              key={shown.id}
              plan={shown}
              override={plan.variables?.override ?? []}
              onSetAside={(override) => plan.mutate({ yaml, override })}
              onGoTo={setGoTo}
            />
          ) : (
            <VerdictMissing changed={plan.data !== undefined} />
          )}
        </Section>
      </div>
      {yaml === current ? null : (
        <Section title="Difference" note="to what is deployed">
          <DiffView label="Difference to what is deployed" before={current} after={yaml} />
        </Section>
      )}
    </Page>
  );
}

function VerdictMissing({ changed }: { changed: boolean }) {
  return (
    <div className="grid gap-3 text-muted">
      <p>
        {changed
          ? "The text has changed since the last plan. Plan again to see what it would do."
          : "Plan shows what each node would change, or which rule forbids it and how to cure that."}
      </p>
      <ShellLine line={`${planLine}\n${applyLine}`} />
    </div>
  );
}
