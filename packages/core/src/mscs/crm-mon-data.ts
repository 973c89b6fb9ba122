/**
 * What `crm_mon --output-as=xml` says, as plain data without XML: the boundary between the reader in
 * `packages/pacemaker` and the mapping to MSCS words in `cluster-view.ts`. Names are Pacemaker's. Times are epoch
 * milliseconds with the resolution of a second.
 */

export interface CrmMonData {
  dc: string | null;
  withQuorum: boolean;
  stonithEnabled: boolean;
  /** `maintenance-mode` of the whole cluster. */
  isMaintenance: boolean;
  nodes: CrmMonNode[];
  /** Groups, and resources that are in none as groups of one. Clones and bundles are left out: they have many owners. */
  groups: { id: string; resources: CrmMonResource[] }[];
  /** Resources of class stonith. */
  fenceDevices: CrmMonResource[];
  /** Per node: failures of its resources. */
  failCounts: { node: string; resource: string; failCount: number; migrationThreshold: number }[];
  /** The last failed operation of each resource and node that has not been cleaned up. */
  failures: CrmMonFailure[];
  /** The last run of each operation. */
  operations: CrmMonOperation[];
  fenceEvents: CrmMonFenceEvent[];
}

export interface CrmMonNode {
  name: string;
  online: boolean;
  standby: boolean;
  maintenance: boolean;
  pending: boolean;
  unclean: boolean;
  /** Permanent and transient node attributes. */
  attributes: Record<string, string>;
}

export interface CrmMonResource {
  id: string;
  /** For example `ocf:heartbeat:IPaddr2`. */
  agent: string;
  /** `Started`, `Stopped`, `Starting`, `Stopping`, ... */
  role: string;
  /** Where an order or the policy wants it; null = running. */
  targetRole: string | null;
  active: boolean;
  failed: boolean;
  blocked: boolean;
  /** Operation in progress, for example `Starting`; null if none. */
  pending: string | null;
  /** Nodes on which it runs. */
  nodes: string[];
}

export interface CrmMonFailure {
  node: string;
  resource: string;
  /** `start`, `stop`, `monitor`, ... */
  task: string;
  /** For example `not running`. */
  result: string;
  /** What the resource agent said; empty = nothing. */
  reason: string;
  at: number | null;
}

export interface CrmMonOperation {
  node: string;
  resource: string;
  task: string;
  /** OCF code; 0 = done or running, 7 = not running. */
  rc: number;
  /** Of its last run, for recurring ones of its last change. */
  at: number | null;
  execMs: number | null;
}

export interface CrmMonFenceEvent {
  target: string;
  action: string;
  /** `success`, `failed`, `pending`. */
  status: string;
  completed: string;
  /** The node that carried it out; null = nobody could. */
  delegate: string | null;
  /** Why it failed; empty = not said. */
  reason: string;
  at: number | null;
}
