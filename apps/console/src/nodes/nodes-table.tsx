"use client";
/** The table of nodes. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { Menu, MenuItem } from "@bulkhead/ui/menu.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { Ban, Ellipsis } from "lucide-react";
import Link from "next/link";
import { mscsPath, wlbsPath } from "../shell/places.ts";
import { ConditionView } from "../states/condition-view.tsx";
import { type FleetNode, nodeCondition, roleWord } from "../states/other-states.ts";

const columns: Column<FleetNode>[] = [
  {
    id: "name",
    header: "Node",
    value: (node) => node.name,
    cell: (node) => <span className="font-medium whitespace-nowrap">{node.name}</span>,
  },
  {
    id: "state",
    header: "State",
    value: (node) => nodeCondition(node).word,
    cell: (node) => <ConditionView condition={nodeCondition(node)} wide />,
  },
  {
    id: "role",
    header: "Role",
    value: (node) => `${roleWord(node)} ${node.cluster ?? ""}`,
    cell: (node) => <Role node={node} />,
  },
  { id: "addresses", header: "Addresses", value: addressText, cell: (node) => <Addresses node={node} /> },
  {
    id: "policy",
    header: "Policy",
    value: (node) => node.generation.applied,
    cell: (node) => <Generation node={node} />,
    align: "right",
  },
  { id: "agent", header: "Agent", value: (node) => node.agentVersion, cell: (node) => node.agentVersion },
  {
    id: "machine",
    header: "Machine",
    value: (node) => node.machineId,
    cell: (node) => <CopyValue value={node.machineId} shown={`${node.machineId.slice(0, 8)}…`} />,
  },
  {
    id: "enrolled",
    header: "Enrolled",
    value: (node) => node.enrolledAt,
    cell: (node) => <TimeAgo at={node.enrolledAt} />,
  },
  {
    id: "seen",
    header: "Last seen",
    value: (node) => node.lastSeenAt,
    cell: (node) => (node.online ? "now" : <TimeAgo at={node.lastSeenAt} />),
  },
];

function addressText(node: FleetNode): string {
  return node.addresses.map((each) => `${each.address}/${each.prefixLength} ${each.interface}`).join(" ");
}

/** Without link-local ones: every interface makes them up by itself. The export has all. */
function shownAddresses(node: FleetNode): FleetNode["addresses"] {
  return node.addresses.filter((each) => !each.address.startsWith("fe80:"));
}

/** Role with the way to its cluster. */
function Role({ node }: { node: FleetNode }) {
  if (!node.cluster || !node.role) return <span className="text-muted">none</span>;
  const path = node.role === "wlbs" ? wlbsPath(node.cluster) : mscsPath(node.cluster);
  return (
    <span className="whitespace-nowrap">
      {roleWord(node)} of{" "}
      <Link href={path} className="font-medium text-active hover:underline">
        {node.cluster}
      </Link>
    </span>
  );
}

function Addresses({ node }: { node: FleetNode }) {
  return (
    <ul>
      {shownAddresses(node).map((each) => (
        <li key={`${each.interface} ${each.address}`} className="whitespace-nowrap">
          <CopyValue value={each.address} /> <span className="text-[12px] text-muted">{each.interface}</span>
        </li>
      ))}
    </ul>
  );
}

function Generation({ node }: { node: FleetNode }) {
  const { applied, desired } = node.generation;
  if (desired === 0) return <span className="text-muted">none</span>;
  return (
    <span title={`Runs policy ${applied}, should run ${desired}`}>
      {applied === desired ? applied : `${applied} of ${desired}`}
    </span>
  );
}

export interface NodesTableProps {
  nodes: readonly FleetNode[];
  /** Node that the address names. */
  marked: string | null;
  onRevoke: (node: FleetNode) => void;
}

export function NodesTable({ nodes, marked, onRevoke }: NodesTableProps) {
  const acts: Column<FleetNode> = {
    id: "acts",
    header: "",
    align: "right",
    className: "sticky right-0 bg-inherit",
    cell: (node) => (
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={`Acts on ${node.name}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => onRevoke(node)}>
          <Ban aria-hidden /> Revoke node
        </MenuItem>
      </Menu>
    ),
  };
  return (
    <DataTable
      label="Nodes"
      columns={[...columns, acts]}
      rows={nodes}
      rowKey={(node) => node.name}
      initialSort={{ id: "name", direction: "up" }}
      rowClassName={(node) => (node.name === marked ? "bg-active-soft" : undefined)}
      exportable
      searchFor="Name, role, state or address"
    />
  );
}
