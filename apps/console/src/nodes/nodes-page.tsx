"use client";
/** All enrolled nodes, and the way to enrol one more. */
import { Button, buttonLook } from "@bulkhead/ui/button.tsx";
import { count, plural } from "@bulkhead/ui/format.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Empty, Page, Waiting } from "@bulkhead/ui/page.tsx";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { RefusalCard } from "../api/refusal-card.tsx";
import { useFleet } from "../live/live-provider.tsx";
import { newDeploymentPath } from "../shell/places.ts";
import { type FleetNode, nodeCondition } from "../states/other-states.ts";
import { EnrolDialog } from "./enrol-dialog.tsx";
import { NodesTable } from "./nodes-table.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";

export function NodesPage() {
  const query = useSearchParams();
  const router = useRouter();
  const fleet = useFleet();
  const [revoking, setRevoking] = useState<FleetNode | null>(null);
  const enrolling = query.has("enrol");
  if (!fleet)
    return (
      <Page title="Nodes">
        <Waiting />
      </Page>
    );
  const silent = fleet.nodes.filter((node) => !node.online);
  const open = () => router.push("/nodes?enrol");
  const enrol = (
    <Button look="primary" onClick={open}>
      <Plus aria-hidden /> Enrol a node
    </Button>
  );
  return (
    <Page
      title="Nodes"
      state={
        fleet.nodes.length > 0 ? (
          <span className="text-muted">
            {plural(fleet.nodes.length, "node")}, {count(fleet.nodes.length - silent.length)} online
          </span>
        ) : null
      }
      actions={fleet.nodes.length > 0 ? enrol : null}
    >
      <NodesWhy nodes={fleet.nodes} silent={silent} />
      {fleet.nodes.length === 0 ? (
        <Empty title="No node is enrolled yet" action={enrol}>
          <p>
            A node is a Linux machine with the Bulkhead agent. Enrolling it gives it an identity; it does
            nothing until a deployed fleet file names it.
          </p>
          <p>For a first fleet enrol two or more WLBS hosts, two MSCS nodes and a witness.</p>
        </Empty>
      ) : (
        <NodesTable nodes={fleet.nodes} marked={query.get("node")} onRevoke={setRevoking} />
      )}
      <EnrolDialog open={enrolling} onClose={() => router.push("/nodes")} nodes={fleet.nodes} />
      <RevokeDialog node={revoking} onClose={() => setRevoking(null)} />
    </Page>
  );
}

function NodesWhy({ nodes, silent }: { nodes: readonly FleetNode[]; silent: readonly FleetNode[] }) {
  const idle = nodes.filter((node) => nodeCondition(node).word === "Unassigned");
  return (
    <>
      {silent.length > 0 ? (
        <Notice role="warn" title={`No link to ${silent.map((node) => node.name).join(", ")}`}>
          They go on with the policy they have. Look at power, network and{" "}
          <span className="font-mono">systemctl status bulkhead-agent</span> there.
        </Notice>
      ) : null}
      {nodes
        .filter((node) => node.lastRefusal)
        .map((node) =>
          node.lastRefusal ? <RefusalCard key={node.name} refusal={node.lastRefusal} /> : null,
        )}
      {nodes.length > 0 && idle.length === nodes.length ? (
        <Notice
          role="off"
          title="No cluster names these nodes yet"
          action={
            <Link href={newDeploymentPath} className={buttonLook({ size: "sm" })}>
              Write a fleet file
            </Link>
          }
        >
          Deploy a fleet file that makes them WLBS hosts, or a pair and its witness.
        </Notice>
      ) : null}
    </>
  );
}
