/** The figures of this host for Prometheus, over plain HTTP on an address that the agent's configuration names. */
import type { WlbsStatus } from "@bulkhead/core/wlbs";
import { startTextServer, type TextServer } from "@bulkhead/net";
import { errorText, type Logger, type MetricsPlace } from "@bulkhead/runtime";
import { Counter, Gauge, Registry } from "prom-client";
import { type Metric, metrics } from "./readings.ts";

export interface MetricsServer {
  /** Null when nothing listens. */
  readonly port: number | null;
  close(): Promise<void>;
}

/** A place that is taken costs the metrics and nothing else: it is logged once, and the host serves. */
export async function offerMetrics(
  place: MetricsPlace,
  options: { log: Logger; status(): WlbsStatus },
): Promise<MetricsServer> {
  const registry = new Registry();
  const fills = Object.entries(metrics).map(([name, metric]) => register(registry, name, metric));
  const read = async (): Promise<string> => {
    const status = options.status();
    registry.setDefaultLabels({ cluster: status.cluster, host: String(status.hostId) });
    for (const fill of fills) fill(status);
    return registry.metrics();
  };
  const server = await listen(place, { registry, read, log: options.log });
  return { port: server?.port ?? null, close: async () => server?.close() };
}

/** Counters are set to what the kernel has counted: they are read, not kept here. */
function register(registry: Registry, name: string, metric: Metric): (status: WlbsStatus) => void {
  const { help, labels, kind, read } = metric;
  const Kind = kind === "counter" ? Counter : Gauge;
  const instrument = new Kind({
    name: `bulkhead_wlbs_${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return (status) => {
    instrument.reset();
    for (const row of read(status)) instrument.inc(row.labels, row.value);
  };
}

async function listen(
  place: MetricsPlace,
  { registry, read, log }: { registry: Registry; read(): Promise<string>; log: Logger },
): Promise<TextServer | null> {
  try {
    return await startTextServer({ ...place, path: "/metrics", contentType: registry.contentType, read });
  } catch (error) {
    log.warn(
      { address: place.address, port: place.port, problem: errorText(error) },
      "metrics are not offered; give them another place in /etc/bulkhead/agent.json",
    );
    return null;
  }
}
