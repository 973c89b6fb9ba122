/** Connections on demand: to a given rule, on a given host. */
import type { PortRule } from "@bulkhead/core/wlbs";
import type { Flow } from "./sim-kernel.ts";
import type { SimHost } from "./wlbs-host.ts";
import type { WlbsLab } from "./wlbs-lab.ts";

/** Far more clients than any host's share needs to be met. */
const TRIES = 100_000;

/** Opens up to `count` connections, each of a client that this host answers; returns those that came about. */
export function openFlows(
  lab: WlbsLab,
  host: SimHost,
  { rule, count }: { rule: PortRule; count: number },
): Flow[] {
  const opened: Flow[] = [];
  for (let tries = 0; tries < TRIES && opened.length < count; tries += 1) {
    const flow = lab.nextFlow(rule.startPort);
    if (!host.kernel.takesNew(flow, lab.clock.now())) continue;
    host.kernel.open(flow, lab.clock.now());
    opened.push(flow);
  }
  return opened;
}
