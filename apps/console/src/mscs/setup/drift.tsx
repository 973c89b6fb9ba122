"use client";
/** What the engine's configuration says otherwise than the policy: line by line, to revert or to take over. */
import { Button } from "@bulkhead/ui/button.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Disclosure } from "@bulkhead/ui/disclosure.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { useMutation, useQuery } from "@tanstack/react-query";
import { TroubleNotice } from "../../api/trouble-notice.tsx";
import { type Outputs, useTRPC, useTRPCClient } from "../../api/trpc.ts";
import { merged } from "../../fleet-file/fleet-document.ts";
import { useEditor } from "../../fleet-file/use-fleet-file.ts";
import { pairOrderAct, pairVerbBlockedBy } from "../acts/node-acts.ts";
import type { PairViewProps } from "../pair-view-props.ts";

type Line = Outputs["mscs"]["drift"]["lines"][number];

const columns: Column<Line>[] = [
  {
    id: "object",
    header: "Object",
    value: ({ object }) => object,
    cell: ({ object }) => <span className="font-medium">{object}</span>,
  },
  {
    id: "wanted",
    header: "The policy says",
    value: ({ wanted }) => wanted,
    cell: ({ wanted }) => <Said text={wanted} missing="nothing" />,
  },
  {
    id: "found",
    header: "The engine has",
    value: ({ found }) => found,
    cell: ({ found }) => <Said text={found} missing="nothing" />,
  },
];

function Said({ text, missing }: { text: string | null; missing: string }) {
  if (text === null) return <span className="text-muted">{missing}</span>;
  return <span className="font-mono text-[12px] break-all whitespace-pre-wrap">{text}</span>;
}

export function Drift({ cluster, onAct }: Pick<PairViewProps, "cluster" | "onAct">) {
  const trpc = useTRPC();
  const drift = useQuery(trpc.mscs.drift.queryOptions({ cluster: cluster.name }));
  const known = drift.data?.lines ?? [];
  const isDrifted = known.length > 0 || cluster.drift.length > 0;
  const revert = pairVerbBlockedBy("revert", { ...cluster, drift: isDrifted ? ["some"] : [] });
  return (
    <Section
      title="Drift"
      note="changes that somebody made in the engine, past the fleet file"
      actions={
        <Button look="quiet" size="sm" onClick={() => void drift.refetch()} disabled={drift.isFetching}>
          {drift.isFetching ? "Comparing" : "Compare again"}
        </Button>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <p>
          {drift.isPending && !isDrifted ? (
            <State role="active" word="Comparing" />
          ) : (
            <State
              role={isDrifted ? "warn" : drift.error ? "unknown" : "ok"}
              word={
                isDrifted
                  ? `${plural(Math.max(known.length, cluster.drift.length), "difference")}`
                  : drift.error
                    ? "Not compared"
                    : "The engine has what the policy says"
              }
            />
          )}
        </p>
        <TroubleNotice error={drift.error} />
        {known.length > 0 ? (
          <DataTable
            label={`Drift of ${cluster.name}`}
            columns={columns}
            rows={known}
            rowKey={({ object, wanted, found }) => `${object} ${wanted} ${found}`}
            exportable
          />
        ) : (
          cluster.drift.map((line) => <p key={line}>{line}</p>)
        )}
        {isDrifted ? (
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => onAct(pairOrderAct("revert", cluster))} blockedBy={revert}>
              Revert to the fleet file
            </Button>
            <AdoptDrift node={cluster.viewFrom ?? cluster.nodes[0]?.name ?? ""} name={cluster.name} />
          </div>
        ) : null}
        <Foreign list={drift.data?.foreign ?? []} />
      </div>
    </Section>
  );
}

/** Writes what is found into the fleet file instead, and leads to the editor with the difference. */
function AdoptDrift({ node, name }: { node: string; name: string }) {
  const client = useTRPCClient();
  const toEditor = useEditor();
  const adopt = useMutation({
    mutationFn: async () => {
      const [report, file] = await Promise.all([
        client.mscs.adoption.query({ node }),
        client.intent.current.query(),
      ]);
      if (report.obstacles.length > 0) throw new Error(report.obstacles.join(" "));
      return merged(file.yaml, report.fleetFile);
    },
    onSuccess: (yaml) => toEditor(yaml, `The fleet file takes over what was changed in ${name} by hand`),
  });
  return (
    <>
      <Button onClick={() => adopt.mutate()} disabled={adopt.isPending}>
        {adopt.isPending ? "Reading the engine" : "Adopt into the fleet file"}
      </Button>
      <TroubleNotice error={adopt.error} />
    </>
  );
}

function Foreign({ list }: { list: readonly string[] }) {
  if (list.length === 0) return null;
  return (
    <Disclosure summary={`${plural(list.length, "object")} of others, kept untouched`}>
      <ul className="grid list-disc gap-0.5 pl-5 font-mono text-[12px]">
        {list.map((object) => (
          <li key={object}>{object}</li>
        ))}
      </ul>
    </Disclosure>
  );
}
