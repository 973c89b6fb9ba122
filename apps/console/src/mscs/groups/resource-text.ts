/** What a resource is, in one line, from its policy. Pure. */
import { type MscsResource, resourceTitles } from "@bulkhead/core/mscs";

/** "db (PostgreSQL)". */
export const resourceTitle = ({ name, type }: MscsResource) => `${name} (${resourceTitles[type]})`;

/** The value that tells it from others of its type. */
export function resourceDetail(resource: MscsResource): string {
  switch (resource.type) {
    case "ipAddress":
      return `${resource.address}/${resource.prefixLength} on ${resource.interface}`;
    case "networkName":
      return `${resource.hostName} for ${resource.ip}`;
    case "filesystem":
      return `${resource.device} on ${resource.mount}`;
    case "nfsShare":
      return `${resource.directory} for ${resource.clients}`;
    case "smbShare":
      return `${resource.share}: ${resource.directory}`;
    case "genericService":
      return resource.unit;
    case "genericApplication":
      return resource.command;
    case "genericScript":
      return resource.script;
    case "printSpooler":
      return resource.spoolDirectory;
    case "timeService":
      return resource.config ?? "chrony";
    case "postgresql":
      return `${resource.dataDir}, port ${resource.port}`;
    case "messageQueue":
      return `${resource.broker}, port ${resource.port}`;
    case "ocf":
      return resource.agent;
  }
}
