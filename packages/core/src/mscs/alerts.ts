/**
 * Pacemaker's alerts: a program that the engine runs for every event on its node (as user hacluster), here one that
 * writes a line into a spool which the agent reads. Within 100 ms of the event, but of this node alone: what the other
 * node executed is told there, and seen here in the state (FAILOVER, "Reading the cluster").
 */

/** Id of the alert in the CIB, and of everything that belongs to it. */
export const alertId = "bulkhead-alerts";
/** A directory of the engine's own user, so that the agent's stays closed to it. */
export const alertDirectory = "/var/lib/pacemaker/bulkhead";
export const alertScript = `${alertDirectory}/alert`;
export const alertSpool = `${alertDirectory}/events`;
/** The spool's form; the first field of each line. */
export const alertForm = "1";

export interface AlertEvent {
  /** Epoch milliseconds on the node that tells. */
  at: number;
  kind: "node" | "fencing" | "resource";
  /** Counted by the engine of this node, from 1 at its start. Calls of other alert programs count too, so there are gaps. */
  sequence: number;
  /** The node that it is about. */
  node: string;
  /** CIB id; empty for node and fencing. */
  resource: string;
  /** `start`, `stop`, `monitor`, ...; empty for node. */
  task: string;
  /** 0 = as wanted; other codes are OCF's or the fence agent's. */
  rc: number;
  /** Of the execution: 0 = done, 1 = cancelled; then the rest says nothing. */
  status: number;
  /** What the engine says, for example `lost`, `not running`. */
  text: string;
}

const kinds: readonly string[] = ["node", "fencing", "resource"] satisfies AlertEvent["kind"][];

/** Null for a line of another form or kind, or one that was cut off. */
export function readAlertLine(line: string): AlertEvent | null {
  const [form, time, kind = "", sequence, node = "", resource = "", task = "", rc, status, text] =
    line.split("\t");
  const at = Math.round(Number(time) * 1000);
  if (form !== alertForm || text === undefined || !kinds.includes(kind) || !(at > 0)) return null;
  return {
    at,
    kind: kind as AlertEvent["kind"],
    sequence: Number(sequence) || 0,
    node,
    resource,
    task,
    rc: Number(rc) || 0,
    status: Number(status) || 0,
    text,
  };
}
