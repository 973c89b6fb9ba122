/**
 * What `crm_mon --output-as=xml` says, as plain data without XML: the boundary between the reader in
 * `packages/pacemaker` and the mapping to MSCS words in `cluster-view.ts`. Names are Pacemaker's.
 */

export interface CrmMonData {
  dc: string | null;
  withQuorum: boolean;
  stonithEnabled: boolean;
  nodes: CrmMonNode[];
  groups: { id: string; resources: CrmMonResource[] }[];
  /** Per node: failures of its resources. */
  failCounts: { node: string; resource: string; failCount: number; migrationThreshold: number }[];
  fenceEvents: { target: string; action: string; status: string; completed: string }[];
}

export interface CrmMonNode {
  name: string;
  online: boolean;
  standby: boolean;
  maintenance: boolean;
  pending: boolean;
  unclean: boolean;
}

export interface CrmMonResource {
  id: string;
  /** For example `ocf:heartbeat:IPaddr2`. */
  agent: string;
  /** `Started`, `Stopped`, `Starting`, `Stopping`, ... */
  role: string;
  active: boolean;
  failed: boolean;
  blocked: boolean;
  /** Operation in progress, for example `Starting`; null if none. */
  pending: string | null;
  /** Nodes on which it runs. */
  nodes: string[];
}
