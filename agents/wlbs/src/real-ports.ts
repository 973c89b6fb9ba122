/** The WLBS half's needs, met by this machine. */
import { readFile } from "node:fs/promises";
import { readConnections } from "@bulkhead/nft";
import { runCommand } from "@bulkhead/runtime";
import { DriverThread } from "./driver/driver-thread.ts";
import { offerMetrics } from "./metrics/metrics-server.ts";
import type { Link, WlbsPorts } from "./ports.ts";
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

/** `up` means that the cable has a signal; interfaces without that notion say "unknown" and count as up. */
async function readLink(interfaceName: string): Promise<Link> {
  const read = async (file: string): Promise<string | null> => {
    try {
      return (await readFile(`/sys/class/net/${interfaceName}/${file}`, "utf8")).trim();
    } catch {
      return null;
    }
  };
  const [state, mac] = [await read("operstate"), await read("address")];
  return { up: mac !== null && (state === "up" || state === "unknown"), mac };
}
