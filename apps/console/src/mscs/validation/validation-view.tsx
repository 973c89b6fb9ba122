"use client";
/** Validation of a pair, as Test-Cluster does it: run all tests, read the report, keep it, take it along. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Empty, Section, Waiting } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { TroubleNotice } from "../../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../../api/trpc.ts";
import { mscsValidateLine } from "../../states/cli.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import type { PairViewProps } from "../pair-view-props.ts";
import { Report } from "./report.tsx";
import { countsOf, resultWords } from "./validation-model.ts";

type Row = Outputs["mscs"]["validations"][number];

function useValidate(cluster: MscsCluster, onDone: (id: string) => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.mscs.validate.mutationOptions({
      onSuccess: async (report) => {
        await queries.invalidateQueries({
          queryKey: trpc.mscs.validations.queryKey({ cluster: cluster.name }),
        });
        onDone(report.id);
      },
    }),
  );
}

export function ValidationView({ cluster }: PairViewProps) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<string | null>(null);
  const validate = useValidate(cluster, setChosen);
  const reports = useQuery(trpc.mscs.validations.queryOptions({ cluster: cluster.name, limit: 50 }));
  const fresh = validate.data;
  const rows = reports.data ?? [];
  const open = rows.find(({ id }) => id === chosen) ?? (fresh?.id === chosen ? fresh : undefined) ?? rows[0];
  const run = (
    <Button
      look="primary"
      onClick={() => validate.mutate({ cluster: cluster.name, planId: null })}
      disabled={validate.isPending}
    >
      {validate.isPending ? "Running the tests" : "Run validation"}
    </Button>
  );
  return (
    <>
      <Section
        title="Validation"
        note="inventory, network, storage, configuration; changes nothing on the nodes"
        actions={run}
      >
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          {validate.isPending ? (
            <State role="active" word="Asking both nodes and the witness. This may take half a minute." />
          ) : null}
          <TroubleNotice error={validate.error ?? reports.error} />
          {reports.isPending ? <Waiting label="Loading the reports" /> : null}
          {open ? <Report report={open} /> : null}
          {reports.data?.length === 0 && !fresh ? (
            <Empty title={`${cluster.name} has not been validated yet`} action={run}>
              <p>
                Validation looks at both nodes and the witness before you rely on them. Run it again after
                each change.
              </p>
              <CopyBlock label="Command" text={mscsValidateLine(cluster.name)} />
            </Empty>
          ) : null}
        </div>
      </Section>
      {rows.length > 0 ? (
        <Section title="Kept reports" note="with the deployment that each allowed">
          <DataTable
            label={`Validation reports of ${cluster.name}`}
            columns={columnsFor(setChosen)}
            rows={rows}
            rowKey={({ id }) => id}
            currentKey={open?.id ?? null}
            exportable
          />
        </Section>
      ) : null}
    </>
  );
}

function columnsFor(onChoose: (id: string) => void): Column<Row>[] {
  return [
    {
      id: "at",
      header: "When",
      value: ({ at }) => new Date(at).toISOString(),
      cell: ({ id, at }) => (
        <button
          type="button"
          onClick={() => onChoose(id)}
          className="font-medium text-active hover:underline"
        >
          <TimeAgo at={at} />
        </button>
      ),
    },
    {
      id: "result",
      header: "Result",
      value: ({ result }) => result,
      cell: ({ result }) => <State {...resultWords[result]} />,
    },
    {
      id: "counts",
      header: "Tests",
      cell: ({ tests }) =>
        countsOf(tests)
          .map(({ result, count }) => `${count} ${resultWords[result].word.toLowerCase()}`)
          .join(", "),
    },
    { id: "by", header: "By", value: ({ by }) => by, cell: ({ by }) => by },
    {
      id: "plan",
      header: "Looked at",
      value: ({ planHash }) => planHash,
      cell: ({ planHash }) => (planHash ? `plan ${planHash.slice(0, 8)}` : "the pair as it runs"),
    },
  ];
}
