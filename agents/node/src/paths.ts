/** Where everything is on a node. `BULKHEAD_ROOT` puts the whole tree elsewhere, for tests and rehearsals. */
import { join } from "node:path";

export interface NodePaths {
  /** Root of the file system as this agent sees it; `/` on a node. */
  root: string;
  /** 0644: name and controllers. */
  config: string;
  /** 0600: private keys and the controller's key. */
  identity: string;
  /** 0600: last good bundle. */
  policy: string;
  /** 0700: one folder per half. */
  halfState(service: string): string;
  socket: string;
  machineId: string;
}

export function nodePaths(root: string): NodePaths {
  return {
    root,
    config: join(root, "etc/bulkhead/agent.json"),
    identity: join(root, "var/lib/bulkhead/identity.json"),
    policy: join(root, "var/lib/bulkhead/policy.json"),
    halfState: (service) => join(root, "var/lib/bulkhead", service),
    socket: join(root, "run/bulkhead/agent.sock"),
    machineId: join(root, "etc/machine-id"),
  };
}
