/** What the WLBS half needs of the world; `realPorts` in `index.ts`, fakes in tests. */
import type { WlbsMessage } from "@bulkhead/core/wlbs";
import type { OpenBeats } from "@bulkhead/net";
import type { DataPlaneDriver } from "@bulkhead/nft";

/** A heartbeat key of the bundle: base64, newest first in every list. */
export interface HeartbeatKey {
  id: number;
  key: string;
}

/** Packs and signs with the newest key; opens what any of the keys has signed, null for everything else. */
export interface BeatCodec {
  seal(message: WlbsMessage): Uint8Array;
  open(datagram: Uint8Array): WlbsMessage | null;
}

export interface WlbsPorts {
  openBeats: OpenBeats;
  createDriver(): DataPlaneDriver;
  createCodec(keys: readonly HeartbeatKey[], cluster: string): BeatCodec;
  /** Text of the kernel's TCP socket tables, IPv4 and IPv6 together. */
  readSocketTables(): Promise<string>;
}
