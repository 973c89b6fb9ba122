/** What the WLBS half needs of the world; the real ones in `index.ts`, fakes in tests. */
import type { Connection, ProbeCheck, Wanted, WlbsStatus } from "@bulkhead/core/wlbs";
import type { CheckOutcome } from "@bulkhead/net";
import type { HalfContext, Logger, MetricsPlace } from "@bulkhead/runtime";
import type { Driver, DriverOwner } from "./driver/driver-types.ts";
import type { MetricsServer } from "./metrics/metrics-server.ts";

/** An interface of this machine; `mac` null = there is none of that name. */
export interface Link {
  up: boolean;
  mac: string | null;
}

export interface DriverNeeds {
  context: HalfContext;
  nextIncarnation(): number;
  wanted(): Wanted | null;
  onReplaced(): void;
}

/** A driver that can say what is wrong with itself. */
export type SupervisedDriver = Driver & { readonly problem: string | null; readonly isRunning: boolean };

/** Where a health probe asks: the dedicated IP, or the virtual IP where the service listens on that alone. */
export interface ProbePlace {
  rule: string;
  dedicatedIp: string;
  vip: string;
  timeoutMs: number;
}

export interface WlbsPorts {
  createDriver(needs: DriverNeeds, owner: DriverOwner): SupervisedDriver;
  readLink(interfaceName: string): Promise<Link>;
  /** TCP connections to these addresses that end on this host. */
  readConnections(vips: readonly string[]): Promise<Connection[]>;
  /** Never rejects. */
  runCheck(check: ProbeCheck, place: ProbePlace): Promise<CheckOutcome>;
  /** Never rejects. */
  offerMetrics(place: MetricsPlace, options: { log: Logger; status(): WlbsStatus }): Promise<MetricsServer>;
}
