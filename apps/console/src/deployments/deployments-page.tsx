"use client";
/** Deployments: what was rolled out, one of them in detail, or the editor of the fleet file. */
import { useSearchParams } from "next/navigation";
import { readDraft } from "../fleet-file/draft.ts";
import { DeploymentList } from "./deployment-list.tsx";
import { DeploymentPage } from "./deployment-page.tsx";
import { NewDeployment } from "./new-deployment.tsx";

export function DeploymentsPage() {
  const query = useSearchParams();
  const id = query.get("id");
  if (query.has("new")) return <NewDeployment draft={query.has("draft") ? readDraft() : null} />;
  if (id) return <DeploymentPage key={id} id={id} />;
  return <DeploymentList />;
}
