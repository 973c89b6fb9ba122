"use client";
/** How the pair is set up: its policy, what differs from it, maintenance, and the part of the fleet file. */
import { Button, buttonLook } from "@bulkhead/ui/button.tsx";
import { CopyBlock, CopyValue } from "@bulkhead/ui/copy.tsx";
import { Disclosure } from "@bulkhead/ui/disclosure.tsx";
import { Section } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { Pencil } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { yamlOf } from "../../fleet-file/fleet-document.ts";
import { useFleetFile } from "../../fleet-file/use-fleet-file.ts";
import { pairFormPath } from "../../shell/places.ts";
import { type MscsCluster, maintenanceText } from "../../states/mscs-states.ts";
import { pairOrderAct, pairVerbBlockedBy } from "../acts/node-acts.ts";
import type { PairViewProps } from "../pair-view-props.ts";
import { Drift } from "./drift.tsx";
import { PolicyTable } from "./policy-table.tsx";

export function SetupView({ cluster, onAct }: PairViewProps) {
  return (
    <>
      <Section
        title="Pair"
        note="as the policy in force has it"
        actions={
          <Link href={pairFormPath(cluster.name)} className={buttonLook({ size: "sm" })}>
            <Pencil aria-hidden /> Edit the pair
          </Link>
        }
      >
        <dl className="grid gap-x-6 gap-y-1.5 sm:grid-cols-[170px_minmax(0,1fr)]">
          {parameters(cluster).map(({ term, value }) => (
            <div key={term} className="contents">
              <dt className="text-muted max-sm:mt-1">{term}</dt>
              <dd className="min-w-0">{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <Maintenance cluster={cluster} onAct={onAct} />
      <Drift cluster={cluster} onAct={onAct} />
      <Section title="Groups and resources" note="properties; what is at its default is grey">
        <PolicyTable cluster={cluster} />
      </Section>
      <AsYaml name={cluster.name} />
    </>
  );
}

function parameters(cluster: MscsCluster): { term: string; value: ReactNode }[] {
  const { witness, fencing, engine, tokenMs } = cluster;
  return [
    {
      term: "Engine",
      value:
        engine === "adopted"
          ? "adopted: its membership, quorum, fencing and options belong to those who set it up"
          : "Pacemaker and Corosync, set up by Bulkhead",
    },
    {
      term: "Token",
      value: tokenMs ? `${tokenMs} ms without a sign of life, and a node is lost` : "not told",
    },
    {
      term: "Witness",
      value: witness ? (
        <>
          {witness.node} <CopyValue value={witness.address} />
        </>
      ) : (
        <State role="bad" word="none" />
      ),
    },
    {
      term: "Fencing",
      value: fencing ? (
        <FencingPolicy fencing={fencing} />
      ) : (
        <State role="bad" word="none: shared disks are refused" />
      ),
    },
    {
      term: "Networks",
      value:
        cluster.networks
          .map(({ name, subnet, link }) => `${name} (${subnet}${link === null ? "" : `, link ${link}`})`)
          .join(", ") || "none named",
    },
  ];
}

function FencingPolicy({ fencing }: { fencing: NonNullable<MscsCluster["fencing"]> }) {
  return (
    <>
      <span className="font-mono text-[0.93em]">{fencing.agent}</span>
      {fencing.nodes.length > 0 ? ` for ${fencing.nodes.join(" and ")}` : null}
    </>
  );
}

function Maintenance({ cluster, onAct }: Pick<PairViewProps, "cluster" | "onAct">) {
  const isOn = cluster.view?.isMaintenance === true;
  const verb = isOn ? "maintenanceOff" : "maintenanceOn";
  return (
    <Section title="Maintenance of the engine">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <State role={isOn ? "warn" : "off"} word={isOn ? "On" : "Off"} />
        <p className="min-w-0 flex-1 basis-64 text-dense text-muted">
          {isOn
            ? maintenanceText
            : "Switch it on to renew Pacemaker or Corosync beneath running groups: they run on, unwatched."}
        </p>
        <Button
          onClick={() => onAct(pairOrderAct(verb, cluster))}
          blockedBy={pairVerbBlockedBy(verb, cluster)}
        >
          {isOn ? "End maintenance" : "Begin maintenance"}
        </Button>
      </div>
    </Section>
  );
}

/** The part of the fleet file, as it is deployed. */
function AsYaml({ name }: { name: string }) {
  const file = useFleetFile();
  let text: string | null = null;
  try {
    text = file.data ? yamlOf(file.data.yaml, ["mscs", name]) : null;
  } catch {
    return null;
  }
  if (text === null) return null;
  return (
    <Disclosure summary={`${name} as YAML`}>
      <CopyBlock label="Fleet file" text={text} />
    </Disclosure>
  );
}
