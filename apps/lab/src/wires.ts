/**
 * The wires of the lab: two bridges in the fabric's network namespace and, per node, one cable to each. A cable is
 * cut at the bridge's end, so that the node sees what it would see with a pulled plug.
 */
import { existsSync } from "node:fs";
import { must, run } from "./run.ts";
import { type NodeSpec, network, serviceAddress6 } from "./topology.ts";

/** Lines for `ip -batch`: one process for many changes. */
function batch(lines: string[], prefix: string[] = []): Promise<string> {
  return must([...prefix, "ip", "-batch", "-"], { input: `${lines.join("\n")}\n` });
}

/** Bridges, and the fabric's own address on the management network. */
export async function buildBridges(): Promise<void> {
  const bridge = (name: string) => [
    // Snooping off: frames to the cluster's multicast MAC must reach every host, as on an unmanaged switch.
    `link add ${name} type bridge mcast_snooping 0 stp_state 0 forward_delay 0`,
    `link set ${name} up`,
  ];
  await batch([
    "link set lo up",
    ...bridge(network.serviceBridge),
    ...bridge(network.mgmtBridge),
    `addr add ${network.controllerAddress}/${network.prefixLength} dev ${network.mgmtBridge}`,
  ]);
}

/** Connects the namespaces of process `pid` to both bridges and gives the node its addresses. */
export async function plugIn(spec: NodeSpec, pid: number, cableCut: boolean): Promise<void> {
  await batch([
    `link add ${servicePort(spec)} type veth peer name eth0 address ${hardwareAddress(spec.serviceAddresses[0])} netns ${pid}`,
    `link set ${servicePort(spec)} master ${network.serviceBridge} ${cableCut ? "down" : "up"}`,
    `link add ${mgmtPort(spec)} type veth peer name mgmt0 address ${hardwareAddress(spec.mgmtAddress)} netns ${pid}`,
    `link set ${mgmtPort(spec)} master ${network.mgmtBridge} up`,
  ]);
  const addresses = [
    ...spec.serviceAddresses.map((address) => [address, "eth0"]),
    [spec.mgmtAddress, "mgmt0"],
  ];
  const enter = ["nsenter", "-t", String(pid), "-n"];
  await batch(
    [
      ...addresses.map(([address, device]) => `addr add ${address}/${network.prefixLength} dev ${device}`),
      "link set eth0 up",
      "link set mgmt0 up",
    ],
    enter,
  );
  if (!existsSync("/proc/net/if_inet6")) return;
  // Nobody else can have them, so there is no need to wait for duplicate address detection.
  await batch(
    spec.serviceAddresses.map(
      (address) => `addr add ${serviceAddress6(address)}/${network.prefixLength6} dev eth0 nodad`,
    ),
    enter,
  );
}

/**
 * Takes both cables away, at once and for good. This comes before the processes end: a process that is killed while
 * its links are up still says goodbye (FIN), which real power loss never does.
 */
export async function unplug(spec: NodeSpec): Promise<void> {
  for (const port of [servicePort(spec), mgmtPort(spec)]) {
    await run(["ip", "link", "set", port, "down"]);
  }
}

/** Deletes what `unplug` left; the peer in a dying namespace goes with it, and with it every address. */
export async function removeCables(spec: NodeSpec): Promise<void> {
  for (const port of [servicePort(spec), mgmtPort(spec)]) {
    await run(["ip", "link", "del", port]);
  }
}

/** Pulls or plugs the service cable; the management cable stays. */
export async function setServiceCable(spec: NodeSpec, state: "up" | "down"): Promise<void> {
  await must(["ip", "link", "set", servicePort(spec), state]);
}

function servicePort(spec: NodeSpec): string {
  return `s-${spec.name}`;
}

function mgmtPort(spec: NodeSpec): string {
  return `m-${spec.name}`;
}

/** A card keeps its address over power cuts; a new one would be unreachable until its neighbours forget the old. */
function hardwareAddress(address = ""): string {
  const bytes = address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  return `02:bb:${bytes.join(":")}`;
}
