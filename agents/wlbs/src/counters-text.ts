/** The text of `wlbs counters`: what the kernel of this host has counted since the agent started. Pure. */
import type { FlowCount, TrafficCounters } from "@bulkhead/core/wlbs";

const heads = ["", "accepted", "of draining buckets", "foreign, dropped"];

/** A table of packets (and bytes), then the packets that were dropped for another reason. */
export function renderCounters(traffic: TrafficCounters): string {
  const rows = [
    heads,
    row("all", traffic),
    ...traffic.vips.map((vip) => row(`to ${vip.address}`, vip)),
    ...traffic.rules.map((rule) => row(`rule ${rule.name}`, rule)),
  ];
  const rest = [
    `without a lease, dropped   ${traffic.unleasedPackets}`,
    `of unknown connections     ${traffic.strayPackets}`,
    `to disabled rules, dropped ${traffic.blockedPackets}`,
    `fragments                  ${traffic.fragmentPackets}`,
    `handed to their owner      ${traffic.forwardedPackets}`,
    `renewals of the lease      ${traffic.leaseRenewals}`,
  ];
  return [...table(rows), ...rest].join("\n");
}

function row(name: string, count: FlowCount): string[] {
  return [
    name,
    `${count.acceptedPackets} (${count.acceptedBytes} B)`,
    `${count.drainedPackets} (${count.drainedBytes} B)`,
    `${count.foreignPackets} (${count.foreignBytes} B)`,
  ];
}

function table(rows: readonly string[][]): string[] {
  const widths = heads.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
