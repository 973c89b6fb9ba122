/** The WLBS half's needs, met by this machine. */
import { readConnections } from "@bulkhead/nft";
import { runCommand } from "@bulkhead/runtime";
import { DriverThread } from "./driver/driver-thread.ts";
import { readLink } from "./link.ts";
import { offerMetrics } from "./metrics/metrics-server.ts";
import type { WlbsPorts } from "./ports.ts";
import { preferThread } from "./precedence.ts";
import { runCheck } from "./probes/run-check.ts";

/** `program`: what runs in the driver's thread. */
export function realPorts(program: URL): WlbsPorts {
  return {
    createDriver({ context: { node, clock, log }, ...needs }, owner) {
      const onThread = (tid: number): void => void preferThread(tid, { run: runCommand, log });
      return new DriverThread({ program, node, clock, log, onThread, ...needs }, owner);
    },
    readLink,
    readConnections,
    runCheck,
    offerMetrics,
  };
}
