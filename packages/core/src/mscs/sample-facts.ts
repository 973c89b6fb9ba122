/** What healthy machines of the sample pair answer to `mscs.inspect`, for tests. */
import type { NodeFacts, SystemFacts, WitnessFacts } from "./node-facts.ts";

function system(node: string, change: Partial<SystemFacts> = {}): SystemFacts {
  return {
    os: "debian 12",
    kernel: "6.1.0-28",
    architecture: "x86_64",
    machineId: `id-of-${node}`,
    clockMs: 1_000_000,
    isClockKept: true,
    ...change,
  };
}

export function sampleNodeFacts(node: "db-1" | "db-2", change: Partial<NodeFacts> = {}): NodeFacts {
  const own = node === "db-1" ? "10.77.0.11" : "10.77.0.12";
  const peer = node === "db-1" ? "10.77.0.12" : "10.77.0.11";
  return {
    node,
    system: system(node),
    programs: [
      { name: "corosync", version: "3.1.7" },
      { name: "pacemakerd", version: "2.1.5" },
    ],
    agents: [{ agent: "ocf:heartbeat:IPaddr2", isInstalled: true }],
    postgres: [{ resource: "sql/db", version: "15.9" }],
    interfaces: [
      {
        name: "eth0",
        mtu: 1500,
        isUp: true,
        addresses: [{ address: own, prefixLength: 24, isDynamic: false }],
      },
    ],
    peers: [
      { network: "service", address: peer, isReachable: true, roundTripMs: 0.2, isFullSizeHeard: true },
    ],
    groupAddresses: [{ address: "10.77.0.50", heldBy: "nobody", where: null }],
    names: [{ name: peer === "10.77.0.12" ? "db-2" : "db-1", addresses: [peer] }],
    ports: [{ port: 5405, protocol: "udp", heldBy: null }],
    disks: [
      {
        device: "/dev/sdb1",
        isPresent: true,
        sizeBytes: 1_073_741_824,
        id: "wwn-1",
        fs: "ext4",
        mountedAt: [],
        isInFstab: false,
      },
    ],
    fencing: [
      { target: "db-1", works: true, said: "on" },
      { target: "db-2", works: true, said: "on" },
    ],
    watchdog: null,
    witness: { address: "10.77.0.20", isReachable: true, isTls: true, said: "answers with TLS" },
    bootUnits: [{ unit: "postgresql.service", isEnabled: false }],
    runningPair: null,
    ...change,
  };
}

export function sampleWitnessFacts(change: Partial<WitnessFacts> = {}): WitnessFacts {
  return {
    node: "witness-1",
    system: system("witness-1"),
    programs: [{ name: "corosync-qnetd", version: "3.0.3" }],
    portHeldBy: null,
    isRunning: true,
    isTls: true,
    ...change,
  };
}
