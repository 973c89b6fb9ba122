/** What Prometheus reads of a host, over HTTP. */
import { silentLogger } from "@bulkhead/runtime";
import { expect, test } from "vitest";
import { sampleStatus } from "../testing/sample-status.ts";
import { offerMetrics } from "./metrics-server.ts";

const place = { address: "127.0.0.1", port: 0 };

async function read(port: number | null): Promise<string[]> {
  return (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split("\n");
}

test("figures are the kernel's at every visit, with cluster and host", async () => {
  let status = sampleStatus;
  const server = await offerMetrics(place, { log: silentLogger, status: () => status });
  const labels = 'cluster="web",host="1"';
  for (let visit = 1; visit <= 2; visit += 1) {
    const lines = await read(server.port);
    expect(lines).toContain(`bulkhead_wlbs_packets_total{verdict="accepted",${labels}} 5`);
    expect(lines).toContain(`bulkhead_wlbs_packets_total{verdict="stray",${labels}} 11`);
    expect(lines).toContain(`bulkhead_wlbs_rule_bytes_total{rule="http",verdict="foreign",${labels}} 900`);
    expect(lines).toContain(
      `bulkhead_wlbs_vip_packets_total{vip="192.0.2.100",verdict="drained",${labels}} 2`,
    );
    expect(lines).toContain(
      `bulkhead_wlbs_bucket_group_accepted_packets_total{buckets="256-511",${labels}} 4`,
    );
    expect(lines).toContain(`bulkhead_wlbs_heartbeat_lost_ratio{peer="web-2",${labels}} 0.04`);
    expect(lines).toContain(`bulkhead_wlbs_heartbeats_rejected_total{reason="unknown-key",${labels}} 6`);
    expect(lines).toContain(`bulkhead_wlbs_findings{kind="duplicate-vip",severity="error",${labels}} 2`);
    expect(lines).toContain(`bulkhead_wlbs_rule_probe_failing{rule="http",${labels}} 1`);
    expect(lines).toContain(`bulkhead_wlbs_state{state="converged",${labels}} 1`);
  }
  status = { ...sampleStatus, state: "draining", members: [], findings: [] };
  const later = await read(server.port);
  expect(later).toContain(`bulkhead_wlbs_state{state="draining",${labels}} 1`);
  expect(later.join()).not.toMatch(/peer="web-2"|duplicate-vip/);
  await server.close();
});

test("a place that is taken is logged once and costs nothing else", async () => {
  const said: Record<string, unknown>[] = [];
  const log = { ...silentLogger, warn: (fields: Record<string, unknown>) => void said.push(fields) };
  const first = await offerMetrics(place, { log, status: () => sampleStatus });
  const second = await offerMetrics({ ...place, port: first.port ?? 0 }, { log, status: () => sampleStatus });
  expect(second.port).toBeNull();
  expect(said).toMatchObject([{ port: first.port, problem: expect.stringContaining("EADDRINUSE") }]);
  await second.close();
  await first.close();
});
