"use client";
/** The forms of the back tier: a pair, a group, a resource. Each writes into the fleet file and leads to its editor. */
import { Page, Waiting } from "@bulkhead/ui/page.tsx";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { TroubleNotice } from "../../api/trouble-notice.tsx";
import { valueAt } from "../../fleet-file/fleet-document.ts";
import { useFleetFile } from "../../fleet-file/use-fleet-file.ts";
import { useFleet } from "../../live/live-provider.tsx";
import { GroupForm } from "./group-form.tsx";
import { PairForm } from "./pair-form.tsx";
import { ResourceForm } from "./resource-form.tsx";

export function EditPage() {
  const query = useSearchParams();
  const file = useFleetFile();
  const fleet = useFleet();
  const problem = file.error ?? unreadable(file.data?.yaml);
  if (problem || !file.data || !fleet)
    return (
      <Page title="Edit the back tier" trail={<Link href="/failover">Failover</Link>}>
        <TroubleNotice error={problem} />
        {problem ? null : <Waiting label="Loading the fleet file" />}
      </Page>
    );
  const { yaml } = file.data;
  const cluster = query.get("cluster");
  const group = query.get("group");
  const key = query.toString();
  if (query.get("what") === "resource" && cluster && group)
    return <ResourceForm key={key} yaml={yaml} place={{ cluster, group }} name={query.get("resource")} />;
  if (query.get("what") === "group" && cluster)
    return <GroupForm key={key} yaml={yaml} cluster={cluster} name={group} />;
  return <PairForm key={key} yaml={yaml} nodes={fleet.nodes} name={cluster} />;
}

/** A file that is no YAML can only be mended by hand. */
function unreadable(yaml: string | undefined): Error | null {
  if (yaml === undefined) return null;
  try {
    valueAt(yaml, []);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
