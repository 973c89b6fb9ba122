/**
 * The data plane as the agent sees it. An engine (nftables today) carries a `DataPlane` out on this machine; nothing
 * in this interface says how.
 */
import type { DataPlane, TrafficCounters } from "./types.ts";

/**
 * Milliseconds until the lease must have run out; zero or less = no lease. A function, because it is asked at the
 * moment the command goes to the kernel, which may be later than the decision.
 */
export type LeaseLeft = () => number;

/** A TCP connection between a client and a virtual IP that ends on this host, half-open ones included. */
export interface Connection {
  vip: string;
  localPort: number;
  /** The client, canonical. */
  address: string;
  port: number;
}

/** What an engine has seen since the plane is there, all read at one moment. */
export interface Observation {
  traffic: TrafficCounters;
  /** What the kernel says, not what we believe. */
  leaseAlive: boolean;
  /** Dedicated IPs of hosts whose probe frames to the cluster MAC arrived in the last 10 s. Null in direct mode or where it cannot be told. */
  probesHeardFrom: string[] | null;
  /** Other machines that claim a virtual IP on the segment: seen in the last 10 s. */
  claims: { vip: string; mac: string }[];
  /** Extended affinity: clients seen by this host within the rule's timeout. */
  sticky: { rule: string; clients: string[] }[];
}

export interface DataPlaneEngine {
  /**
   * Brings the complete desired state about, whatever was there before, also from an earlier process; a plane that is in place
   * already is checked and repaired. Null: cuts the connections to the VIPs and puts everything back as it was found.
   * True when something had to be changed. Rejects, naming what is missing and the cure, when this machine cannot
   * carry it (no interface, no nftables), or when the plane is older than the last one; the last good state goes on then.
   * `plane.leaseMs` is replaced by `leaseLeft`.
   */
  set(plane: DataPlane | null, leaseLeft: LeaseLeft): Promise<boolean>;
  /** The plane takes new flows that long and no longer. False: it does not take any. */
  renew(leaseLeft: LeaseLeft): Promise<boolean>;
  counters(): Promise<Observation>;
  /** Connections to the VIPs of the plane that was set last. */
  connections(): Promise<Connection[]>;
  /** Ends helper processes; the kernel keeps serving until the lease runs out. */
  close(): void;
}
