"use client";
/** Adopting a pair that somebody else set up: what stays, what would change, what is not understood; then the fleet file. */
import type { AdoptionItem, AdoptionReport } from "@bulkhead/core/mscs";
import { Button, buttonLook } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Empty, Facts, Page, Section, Waiting } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { TroubleNotice } from "../../api/trouble-notice.tsx";
import { useTRPC, useTRPCClient } from "../../api/trpc.ts";
import { merged } from "../../fleet-file/fleet-document.ts";
import { useEditor } from "../../fleet-file/use-fleet-file.ts";
import { ForeignPairs, Groups, Nodes, useForeign } from "./foreign-pairs.tsx";

const trail = <Link href="/failover">Failover</Link>;

export function AdoptPage() {
  const node = useSearchParams().get("node");
  return node === null ? <AdoptList /> : <AdoptReport key={node} node={node} />;
}

function AdoptList() {
  const foreign = useForeign();
  return (
    <Page
      title="Adopt a pair"
      trail={trail}
      lead="A Pacemaker pair that runs already is found by the agents of its nodes."
    >
      <TroubleNotice error={foreign.error} />
      {foreign.isPending ? <Waiting label="Asking the agents" /> : null}
      {foreign.data?.length === 0 ? (
        <Empty
          title="No agent has found a pair of others"
          action={
            <Link href="/nodes?enrol" className={buttonLook({ look: "primary" })}>
              Enrol a node
            </Link>
          }
        >
          <p>
            Enrol both nodes of the pair. Their agents look at Pacemaker, change nothing, and the pair appears
            here.
          </p>
          <p>Adopting begins with a report. Nothing is changed before you have read it and applied a plan.</p>
        </Empty>
      ) : null}
      <ForeignPairs />
    </Page>
  );
}

function AdoptReport({ node }: { node: string }) {
  const trpc = useTRPC();
  const report = useQuery(trpc.mscs.adoption.queryOptions({ node }));
  return (
    <Page
      title={report.data ? `Adopt ${report.data.pair}` : "Adopt a pair"}
      trail={trail}
      state={report.data ? <Verdict report={report.data} /> : null}
      lead="Read-only: this is what an adoption would mean. Nothing changes before you have planned and applied it."
    >
      <TroubleNotice error={report.error} />
      {report.isPending ? <Waiting label={`Asking ${node}`} /> : null}
      <Tracked node={node} />
      {report.data ? <Body report={report.data} /> : null}
    </Page>
  );
}

/** The pair as it runs now. */
function Tracked({ node }: { node: string }) {
  const row = useForeign().data?.find(({ nodes }) => nodes.includes(node));
  if (!row) return null;
  return (
    <Facts
      items={[
        { term: "Nodes", value: <Nodes row={row} /> },
        { term: "Groups", value: <Groups row={row} /> },
        { term: "Witness", value: row.pair.witness ?? "none" },
        { term: "Age of this", value: <TimeAgo at={row.at} /> },
      ]}
    />
  );
}

function Verdict({ report }: { report: AdoptionReport }) {
  if (report.obstacles.length > 0) return <State role="bad" word="Cannot be adopted" />;
  return report.changes.length > 0 ? (
    <State role="warn" word={`Possible, with ${plural(report.changes.length, "change")}`} />
  ) : (
    <State role="ok" word="Possible as it is" />
  );
}

function Body({ report }: { report: AdoptionReport }) {
  const { obstacles, asIs, changes, kept, fleetFile } = report;
  return (
    <>
      {obstacles.length > 0 ? (
        <Notice role="bad" title="What stands in the way">
          {obstacles.map((obstacle) => (
            <p key={obstacle}>{obstacle}</p>
          ))}
        </Notice>
      ) : null}
      <ToEditor report={report} />
      <Items
        title="What Bulkhead would write differently"
        items={changes}
        empty="Nothing: everything that is understood stays as it is."
      />
      <Items title="What is managed as it is" items={asIs} empty="Nothing." />
      <Items
        title="What is not understood, and kept untouched"
        items={kept}
        empty="Nothing: every object is understood."
      />
      <Section title="Its part of the fleet file">
        <CopyBlock label="Fleet file" text={fleetFile} />
      </Section>
    </>
  );
}

function Items({ title, items, empty }: { title: string; items: readonly AdoptionItem[]; empty: string }) {
  return (
    <Section title={title} note={plural(items.length, "object")}>
      {items.length === 0 ? (
        <p className="text-muted">{empty}</p>
      ) : (
        <dl className="divide-y rounded-md border bg-surface">
          {items.map(({ object, text }) => (
            <div
              key={`${object} ${text}`}
              className="grid gap-x-4 gap-y-0.5 px-4 py-2 sm:grid-cols-[240px_minmax(0,1fr)]"
            >
              <dt className="font-mono text-[12.5px] break-all">{object}</dt>
              <dd className="min-w-0 break-words">{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function ToEditor({ report }: { report: AdoptionReport }) {
  const client = useTRPCClient();
  const toEditor = useEditor();
  const put = useMutation({
    mutationFn: async () => merged((await client.intent.current.query()).yaml, report.fleetFile),
    onSuccess: (yaml) => toEditor(yaml, `Adopts the pair ${report.pair}`),
  });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          look="primary"
          onClick={() => put.mutate()}
          disabled={put.isPending}
          blockedBy={report.obstacles.length > 0 ? "Cure what stands in the way first." : null}
        >
          Put it into the fleet file
        </Button>
        <p className="text-dense text-muted">
          Leads to the editor with the difference. Planning changes nothing.
        </p>
      </div>
      <TroubleNotice error={put.error} />
    </div>
  );
}
