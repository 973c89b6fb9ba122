"use client";
/** The port rules of a cluster. They are changed by deploying the fleet file. */
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Section } from "@bulkhead/ui/page.tsx";
import Link from "next/link";
import { newDeploymentPath } from "../shell/places.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { portsText } from "./rule-text.ts";

type Rule = WlbsCluster["rules"][number];

const affinityMeaning: Record<Rule["affinity"], string> = {
  none: "none: every connection by itself",
  single: "single: a client stays on one host",
  network: "network: a /24 stays on one host",
};

const columns: Column<Rule>[] = [
  {
    id: "name",
    header: "Rule",
    value: (rule) => rule.name,
    cell: (rule) => <span className="font-medium">{rule.name}</span>,
  },
  { id: "ports", header: "Ports", value: (rule) => rule.startPort, cell: portsText, align: "right" },
  {
    id: "protocol",
    header: "Protocol",
    value: (rule) => rule.protocol,
    cell: (rule) => (rule.protocol === "both" ? "tcp and udp" : rule.protocol),
  },
  {
    id: "affinity",
    header: "Affinity",
    value: (rule) => rule.affinity,
    cell: (rule) => affinityMeaning[rule.affinity],
  },
  { id: "mode", header: "Filtering", value: (rule) => rule.mode, cell: () => "multiple hosts, equal load" },
];

export function PortRules({ cluster }: { cluster: WlbsCluster }) {
  return (
    <Section
      title="Port rules"
      note="Traffic that no rule covers goes to the default host."
      actions={
        <Link href={newDeploymentPath} className="text-dense font-medium text-active hover:underline">
          Change the fleet file
        </Link>
      }
    >
      <DataTable
        label={`Port rules of ${cluster.name}`}
        columns={columns}
        rows={cluster.rules}
        rowKey={(rule) => rule.name}
      />
    </Section>
  );
}
