/** What a resource is, in one line, from its policy. Pure. */
import { resourceTitles } from "@bulkhead/core/mscs";
import type { MscsCluster } from "../states/mscs-states.ts";

type Resource = MscsCluster["groups"][number]["resources"][number];

/** The value that tells it from others of its type. */
export function resourceDetail(resource: Resource): string {
  if (resource.type === "ipAddress")
    return `${resource.address}/${resource.prefixLength} on ${resource.interface}`;
  if (resource.type === "filesystem") return `${resource.device} on ${resource.mount}`;
  if (resource.type === "postgresql") return `${resource.dataDir}, port ${resource.port}`;
  return resourceTitles[resource.type];
}
