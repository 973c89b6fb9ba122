/** What the WLBS half needs of the world; `realPorts` in `index.ts`, fakes in tests. */
import type { OpenBeats } from "@bulkhead/net";
import type { DataPlaneDriver } from "@bulkhead/nft";

export interface WlbsPorts {
  openBeats: OpenBeats;
  createDriver(): DataPlaneDriver;
  /** Text of the kernel's TCP socket tables, IPv4 and IPv6 together. */
  readSocketTables(): Promise<string>;
}
