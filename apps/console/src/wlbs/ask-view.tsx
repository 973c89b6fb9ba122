"use client";
/** "Who would answer this client": a packet is typed, every host is asked, and its bucket lights up. */
import { Button } from "@bulkhead/ui/button.tsx";
import { TextField } from "@bulkhead/ui/field.tsx";
import { Section, Waiting } from "@bulkhead/ui/page.tsx";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { type FormEvent, useState } from "react";
import { ShellLine } from "../acts/shell-line.tsx";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { useTRPC } from "../api/trpc.ts";
import { Choice } from "../settings/choice.tsx";
import { wlbsFilterLine } from "../states/cli.ts";
import type { WlbsCluster, WlbsRule } from "../states/wlbs-states.ts";
import { BucketField } from "./bucket-field.tsx";
import { ownersOf } from "./bucket-model.ts";
import { nameIn } from "./cluster-model.ts";
import {
  hashedWords,
  hasPorts,
  lookUpPacket,
  type PacketLookup,
  type PacketText,
  protocolChoices,
  usualTarget,
} from "./packet-lookup.ts";
import { type TableMemory, tablesOf } from "./table-memory.ts";
import { useTables } from "./use-tables.ts";
import { Verdicts } from "./verdicts.tsx";
import type { ViewProps } from "./view-props.ts";

export function AskView({ cluster }: ViewProps) {
  const [text, setText] = useState<PacketText>({ protocol: "tcp", from: "", to: usualTarget(cluster) });
  const [asked, setAsked] = useState<PacketText | null>(null);
  const { memory } = useTables(cluster);
  const lookup = lookUpPacket(cluster, text);
  const wanted = useSearchParams().get("host");
  const host = cluster.hosts.some(({ node }) => node === wanted) ? wanted : null;
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (lookup && lookup.kind !== "problem")
      setAsked({ ...text, from: text.from.trim(), to: text.to.trim() });
  };
  return (
    <div className="grid gap-x-10 gap-y-8 xl:grid-cols-[minmax(0,11fr)_minmax(0,10fr)]">
      <Section title={host ? `Would ${host} accept this client` : "Who would answer this client"}>
        <form onSubmit={ask} className="grid gap-4">
          <PacketFields text={text} onChange={setText} />
          <div aria-live="polite" className="min-h-10">
            <Forecast
              lookup={lookup}
              owner={lookup?.kind === "bucket" ? ownerOf(cluster, memory, lookup) : null}
            />
          </div>
          <div>
            <Button
              type="submit"
              look="primary"
              blockedBy={
                lookup === null ? "Type a client first." : lookup.kind === "problem" ? lookup.text : null
              }
            >
              Ask all hosts
            </Button>
          </div>
        </form>
        {asked ? <Answer cluster={cluster} packet={asked} host={host} /> : null}
      </Section>
      {lookup?.kind === "bucket" && lookup.rule.mode !== "disabled" ? (
        <Section title={`Its bucket in rule ${lookup.rule.name}`}>
          <BucketField cluster={cluster} rule={lookup.rule} memory={memory} lit={lookup.bucket} />
        </Section>
      ) : null}
    </div>
  );
}

function PacketFields({ text, onChange }: { text: PacketText; onChange: (text: PacketText) => void }) {
  const withPorts = hasPorts(text.protocol);
  return (
    <div className="grid gap-4">
      <Choice
        label="Protocol"
        value={text.protocol}
        onChange={(protocol) => onChange({ ...text, protocol })}
        options={protocolChoices}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={withPorts ? "Client address and port" : "Client address"}
          mono
          placeholder={withPorts ? "192.0.2.7:51034" : "192.0.2.7"}
          autoComplete="off"
          spellCheck={false}
          value={text.from}
          onChange={(event) => onChange({ ...text, from: event.target.value })}
        />
        <TextField
          label={withPorts ? "Virtual IP and port" : "Virtual IP"}
          mono
          autoComplete="off"
          spellCheck={false}
          value={text.to}
          onChange={(event) => onChange({ ...text, to: event.target.value })}
        />
      </div>
    </div>
  );
}

/** Null while the table is not known. */
function ownerOf(
  cluster: WlbsCluster,
  memory: TableMemory,
  { rule, bucket }: { rule: WlbsRule; bucket: number },
): string | null {
  const owners = ownersOf(tablesOf(memory, rule.name).now);
  return owners ? nameIn(cluster)(owners[bucket] ?? 0) : null;
}

/** What can be said without asking anybody. */
function Forecast({ lookup, owner }: { lookup: PacketLookup | null; owner: string | null }) {
  if (!lookup)
    return (
      <p className="text-dense text-muted">
        Every kernel hashes the client; only the owner of its bucket keeps the packet. IPv6 addresses stand in
        brackets.
      </p>
    );
  if (lookup.kind === "problem") return <p className="text-dense text-warn">{lookup.text}</p>;
  if (lookup.kind === "unruled") return <p className="text-dense">{lookup.text}</p>;
  return (
    <p className="text-dense">
      Rule <span className="font-medium">{lookup.rule.name}</span> hashes the client's{" "}
      {hashedWords[lookup.affinity]}: bucket <span className="font-medium">{lookup.bucket}</span>
      {owner === null ? "." : `, which by the tables belongs to ${owner}.`}
    </p>
  );
}

interface AnswerProps {
  cluster: WlbsCluster;
  packet: PacketText;
  /** The host that the question is about; null = all of them. */
  host: string | null;
}

/** Asked once per press; the answer is of that moment and says so by standing still. */
function Answer({ cluster, packet, host }: AnswerProps) {
  const trpc = useTRPC();
  const answer = useQuery(
    trpc.wlbs.filter.queryOptions({ cluster: cluster.name, ...packet }, { gcTime: 0, staleTime: 0 }),
  );
  return (
    <div className="mt-6 grid gap-3">
      {answer.isPending ? <Waiting label="Asking all hosts" /> : null}
      <TroubleNotice error={answer.error} />
      {answer.data ? (
        <Verdicts cluster={cluster} answer={answer.data} at={answer.dataUpdatedAt} host={host} />
      ) : null}
      <ShellLine line={wlbsFilterLine(cluster.name, packet)} />
    </div>
  );
}
