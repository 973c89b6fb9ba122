"use client";
/** The audit log: filter, page, export, and how to check an export without this controller. */
import { Button, buttonLook } from "@bulkhead/ui/button.tsx";
import { CopyBlock, CopyValue } from "@bulkhead/ui/copy.tsx";
import { SelectField } from "@bulkhead/ui/field.tsx";
import { count, shortHash } from "@bulkhead/ui/format.ts";
import { Page, Section, Waiting } from "@bulkhead/ui/page.tsx";
import { SearchField } from "@bulkhead/ui/search-field.tsx";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { auditVerifyLine } from "../states/cli.ts";
import { AuditTable } from "./audit-table.tsx";

const pageSize = 50;
const refreshMs = 5_000;
const outcomes = ["done", "refused", "failed"] as const;
type Outcome = (typeof outcomes)[number];

export function AuditPage() {
  const asked = useSearchParams().get("text") ?? "";
  const [text, setText] = useState(asked);
  const [outcome, setOutcome] = useState<Outcome | "">("");
  const trpc = useTRPC();
  const head = useQuery(trpc.audit.head.queryOptions(undefined, { refetchInterval: refreshMs }));
  return (
    <Page
      title="Audit"
      lead="Every attempt, refusal and change, chained by hashes so that an edit or a removal is found."
      actions={
        <>
          <a href="/api/audit/export?format=csv" download className={buttonLook({})}>
            <Download aria-hidden /> Export CSV
          </a>
          <a href="/api/audit/export?format=ndjson" download className={buttonLook({})}>
            <Download aria-hidden /> Export NDJSON
          </a>
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchField
          label="Find in the audit log"
          placeholder="Find actor, action or object"
          value={text}
          onChange={setText}
        />
        <SelectField
          label="Outcome"
          value={outcome}
          onChange={(event) => setOutcome(event.target.value as Outcome | "")}
        >
          <option value="">any</option>
          {outcomes.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </SelectField>
      </div>
      <AuditRecords text={useDeferredValue(text.trim())} outcome={outcome} />
      <Section title="Check an export offline">
        <div className="grid max-w-2xl gap-2">
          <p className="text-muted">
            The newest record is {head.data ? count(head.data.seq) : "–"} with hash{" "}
            {head.data ? <CopyValue value={head.data.hash} shown={shortHash(head.data.hash)} /> : "–"}. Keep
            it elsewhere: with it the check also finds a cut-off end.
          </p>
          <CopyBlock label="Verify command" text={auditVerifyLine("audit.ndjson", head.data)} />
        </div>
      </Section>
    </Page>
  );
}

function AuditRecords({ text, outcome }: { text: string; outcome: Outcome | "" }) {
  const client = useTRPCClient();
  const filter = { limit: pageSize, ...(text ? { text } : {}), ...(outcome ? { outcome } : {}) };
  const pages = useInfiniteQuery({
    queryKey: ["audit.list", filter],
    queryFn: ({ pageParam, signal }) =>
      client.audit.list.query(
        { ...filter, ...(pageParam === null ? {} : { beforeSeq: pageParam }) },
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.length < pageSize ? undefined : last.at(-1)?.seq),
  });
  if (pages.isPending) return <Waiting />;
  const records = pages.data?.pages.flat() ?? [];
  return (
    <div className="grid gap-3">
      <TroubleNotice error={pages.error} />
      <AuditTable records={records} filtered={text !== "" || outcome !== ""} />
      {pages.hasNextPage ? (
        <Button
          className="justify-self-start"
          onClick={() => void pages.fetchNextPage()}
          disabled={pages.isFetchingNextPage}
        >
          Show older
        </Button>
      ) : null}
    </div>
  );
}
