/** What a resource is, in one line, from its policy. Pure. */
import type { MscsCluster } from "../states/mscs-states.ts";

type Resource = MscsCluster["groups"][number]["resources"][number];

/** Type in words. */
export const resourceTypeWords: Record<Resource["type"], string> = {
  ipAddress: "IP address",
  filesystem: "File system",
  postgresql: "PostgreSQL",
};

/** The value that tells it from others of its type. */
export function resourceDetail(resource: Resource): string {
  if (resource.type === "ipAddress")
    return `${resource.address}/${resource.prefixLength} on ${resource.interface}`;
  if (resource.type === "filesystem") return `${resource.device} on ${resource.mount}`;
  return `${resource.dataDir}, port ${resource.port}`;
}
