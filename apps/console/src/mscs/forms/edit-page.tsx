"use client";
/** The forms of the back tier: a pair, a group, a resource. Each writes into the fleet file and leads to its editor. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { Empty, Page, Waiting } from "@bulkhead/ui/page.tsx";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { TroubleNotice } from "../../api/trouble-notice.tsx";
import { valueAt } from "../../fleet-file/fleet-document.ts";
import { useFleetFile } from "../../fleet-file/use-fleet-file.ts";
import { useFleet } from "../../live/live-provider.tsx";
import { newDeploymentPath } from "../../shell/places.ts";
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
  const missing = missingObject(yaml, query);
  if (missing) return <NotInFile what={missing} />;
  const cluster = query.get("cluster");
  const group = query.get("group");
  const key = query.toString();
  if (query.get("what") === "resource" && cluster && group)
    return <ResourceForm key={key} yaml={yaml} place={{ cluster, group }} name={query.get("resource")} />;
  if (query.get("what") === "group" && cluster)
    return <GroupForm key={key} yaml={yaml} cluster={cluster} name={group} />;
  return <PairForm key={key} yaml={yaml} nodes={fleet.nodes} name={cluster} />;
}

/** What the address names and the fleet file does not have; null = it has all of it. */
function missingObject(yaml: string, query: URLSearchParams): string | null {
  const [cluster, group, resource] = ["cluster", "group", "resource"].map((key) => query.get(key));
  const has = (...path: string[]) => valueAt(yaml, ["mscs", ...path]) !== undefined;
  if (cluster && !has(cluster)) return `pair ${cluster}`;
  if (cluster && group && !has(cluster, "groups", group)) return `group ${group} in ${cluster}`;
  if (cluster && group && resource && !has(cluster, "groups", group, "resources", resource))
    return `resource ${resource} in ${group}`;
  return null;
}

function NotInFile({ what }: { what: string }) {
  return (
    <Page title="Edit the back tier" trail={<Link href="/failover">Failover</Link>}>
      <Empty
        title={`The fleet file has no ${what}`}
        action={
          <Link href={newDeploymentPath} className={buttonLook({})}>
            Open the fleet file
          </Link>
        }
      >
        A form changes what the fleet file says. What runs without being in it was made by others, or its
        deployment was taken back.
      </Empty>
    </Page>
  );
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
