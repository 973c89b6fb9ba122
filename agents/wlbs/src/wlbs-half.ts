/** The half of a WLBS host, as the agent's frame drives it. */
import type { WlbsStatus } from "@bulkhead/core/wlbs";
import type { Half, HalfContext } from "@bulkhead/runtime";
import type { MetricsServer } from "./metrics/metrics-server.ts";
import type { WlbsPorts } from "./ports.ts";
import { WlbsHost } from "./wlbs-host.ts";

/** Nothing happens before `apply`. */
export function wlbsHalf(context: HalfContext, ports: WlbsPorts): Half {
  const host = new WlbsHost(context, ports);
  let metrics: Promise<MetricsServer> | null = null;
  const offer = async (status: () => WlbsStatus): Promise<void> => {
    if (context.metrics) metrics ??= ports.offerMetrics(context.metrics, { log: context.log, status });
    await metrics;
  };
  return {
    service: "wlbs",
    async apply(policy, secrets) {
      if (policy.service !== "wlbs")
        throw new Error(`A WLBS host cannot carry out a policy for ${policy.service}`);
      const keys = secrets.heartbeatKeys ?? [];
      if (keys.length === 0)
        throw new Error("The bundle holds no heartbeat key. Apply the fleet file once more.");
      await host.apply(policy.wlbs, keys);
      await offer(() => statusOf(host));
    },
    // Before the first policy there is no cluster to tell of.
    status: () => {
      const wlbs = host.status();
      return wlbs === null || wlbs.cluster === "" ? { service: "none" } : { service: "wlbs", wlbs };
    },
    command: (verb, args) => host.command(verb, args),
    async stop({ keepDataPlane }) {
      await (await metrics)?.close();
      await (keepDataPlane ? host.leave() : host.release());
    },
  };
}

function statusOf(host: WlbsHost): WlbsStatus {
  const status = host.status();
  if (status === null) throw new Error("The heartbeats of this host are being started.");
  return status;
}
