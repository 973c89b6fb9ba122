"use client";
/** The port rules of a cluster, one row each: what they cover, how they are shared, and how they stand on the hosts. */
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { count } from "@bulkhead/ui/format.ts";
import Link from "next/link";
import { wlbsViewPath } from "../shell/places.ts";
import type { WlbsCluster, WlbsRule } from "../states/wlbs-states.ts";
import { nameIn } from "./cluster-model.ts";
import { conditionLines } from "./condition-lines.ts";
import { ConditionList } from "./condition-list.tsx";
import { DistributionBar } from "./distribution-bar.tsx";
import { RuleMenu } from "./rule-menu.tsx";
import { type RuleOnHost, ruleOnHosts } from "./rule-shares.ts";
import { affinityShort, modeText, portsText, probeText, protocolText, sharingText } from "./rule-text.ts";
import type { ViewProps } from "./view-props.ts";

interface Row {
  cluster: WlbsCluster;
  rule: WlbsRule;
  hosts: RuleOnHost[];
}

/** Null while no host tells. */
function openOf({ hosts }: Row): number | null {
  const known = hosts.flatMap(({ view }) => (view ? [view.openConnections] : []));
  return known.length === 0 ? null : known.reduce((sum, open) => sum + open, 0);
}

const named = (hosts: readonly RuleOnHost[]) =>
  hosts.map(({ host, condition }) => ({ node: host.node, condition }));

const columns: Column<Row>[] = [
  {
    id: "name",
    header: "Rule",
    value: ({ rule }) => rule.name,
    cell: ({ cluster, rule }) => (
      <Link
        href={wlbsViewPath(cluster.name, "rules", rule.name)}
        scroll={false}
        className="font-medium text-active hover:underline"
      >
        {rule.name}
      </Link>
    ),
  },
  {
    id: "state",
    header: "On the hosts",
    value: ({ hosts }) =>
      conditionLines(named(hosts))
        .map(({ word, who }) => `${word}: ${who}`)
        .join("; "),
    cell: ({ rule, hosts }) => <ConditionList hosts={named(hosts)} label={`${rule.name} on the hosts`} />,
    className: "min-w-48",
  },
  {
    id: "ports",
    header: "Ports",
    value: ({ rule }) => rule.startPort,
    cell: ({ rule }) => (
      <span className="whitespace-nowrap">
        <span className="text-muted">{protocolText(rule)}</span> {portsText(rule)}
      </span>
    ),
  },
  {
    id: "vip",
    header: "Virtual IP",
    value: ({ rule }) => rule.vip ?? "all",
    cell: ({ rule }) => (rule.vip ? <span className="font-mono text-[0.93em]">{rule.vip}</span> : "all"),
  },
  {
    id: "mode",
    header: "Filtering",
    value: ({ rule }) => rule.mode,
    cell: ({ cluster, rule }) => (
      <TwoLines first={modeText[rule.mode]} second={sharingText(rule, nameIn(cluster))} />
    ),
  },
  {
    id: "affinity",
    header: "Affinity",
    value: ({ rule }) => affinityShort(rule),
    cell: ({ rule }) => affinityShort(rule),
  },
  {
    id: "probe",
    header: "Probe",
    value: ({ rule }) => probeText(rule),
    cell: ({ rule }) => <span className="block max-w-44 truncate">{probeText(rule)}</span>,
  },
  {
    id: "distribution",
    header: "Distribution",
    className: "min-w-36",
    cell: ({ rule, hosts }) =>
      rule.mode === "disabled" ? (
        <span className="text-muted">blocked</span>
      ) : (
        <DistributionBar shares={hosts.map(({ share }) => share)} />
      ),
  },
  {
    id: "open",
    header: "Open",
    value: openOf,
    cell: (row) => count(openOf(row)),
    align: "right",
  },
];

function TwoLines({ first, second }: { first: string; second: string }) {
  return (
    <span className="grid leading-4">
      <span className="whitespace-nowrap">{first}</span>
      <span className="text-[12px] text-muted">{second}</span>
    </span>
  );
}

/** @param current the rule that is shown in detail below. */
export function RulesTable({ cluster, onAct, onAsk, current }: ViewProps & { current: string | null }) {
  const acts: Column<Row> = {
    id: "acts",
    header: "",
    cell: ({ rule }) => <RuleMenu place={{ cluster, rule, host: null }} onAct={onAct} onAsk={onAsk} />,
    align: "right",
    className: "sticky right-0 bg-inherit",
  };
  return (
    <DataTable
      label={`Port rules of ${cluster.name}`}
      columns={[...columns, acts]}
      rows={cluster.rules.map((rule): Row => ({ cluster, rule, hosts: ruleOnHosts(cluster, rule) }))}
      rowKey={({ rule }) => rule.name}
      currentKey={current}
      empty="No port rule: the default host takes everything. Add rules to the fleet file to share the load."
      exportable
    />
  );
}
