/**
 * The wires of the lab: three bridges in the fabric's network namespace and, per node, a cable to those that it has a card
 * for. A cable is cut at the bridge's end, so that the node sees what it would see with a pulled plug.
 */
import { existsSync } from "node:fs";
import { must, run } from "./run.ts";
import { type LinkName, type NodeSpec, network, serviceAddress6 } from "./topology.ts";

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
    ...bridge(network.heartbeatBridge),
    ...bridge(network.mgmtBridge),
    `addr add ${network.controllerAddress}/${network.prefixLength} dev ${network.mgmtBridge}`,
  ]);
}

interface Cable {
  device: "eth0" | "hb0" | "mgmt0";
  /** The bridge's end of it. */
  port: string;
  bridge: string;
  addresses: string[];
}

function cablesOf(spec: NodeSpec): Cable[] {
  const heartbeat = spec.heartbeatAddress === null ? [] : [spec.heartbeatAddress];
  const cables: Cable[] = [
    {
      device: "eth0",
      port: `s-${spec.name}`,
      bridge: network.serviceBridge,
      addresses: spec.serviceAddresses,
    },
    { device: "hb0", port: `h-${spec.name}`, bridge: network.heartbeatBridge, addresses: heartbeat },
    { device: "mgmt0", port: `m-${spec.name}`, bridge: network.mgmtBridge, addresses: [spec.mgmtAddress] },
  ];
  return cables.filter(({ addresses }) => addresses.length > 0);
}

/** The cards of a node whose cables can be pulled. */
export function linksOf(spec: NodeSpec): LinkName[] {
  return spec.heartbeatAddress === null ? ["eth0"] : ["eth0", "hb0"];
}

/** Connects the namespaces of process `pid` to the bridges and gives the node its addresses. `cut`: cables that are pulled. */
export async function plugIn(spec: NodeSpec, pid: number, cut: ReadonlySet<LinkName>): Promise<void> {
  const isCut = (device: Cable["device"]) => device !== "mgmt0" && cut.has(device);
  const cables = cablesOf(spec);
  await batch(
    cables.flatMap(({ device, port, bridge, addresses }) => [
      `link add ${port} type veth peer name ${device} address ${hardwareAddress(addresses[0])} netns ${pid}`,
      `link set ${port} master ${bridge} ${isCut(device) ? "down" : "up"}`,
    ]),
  );
  const enter = ["nsenter", "-t", String(pid), "-n"];
  await batch(
    cables.flatMap(({ device, addresses }) => [
      ...addresses.map((address) => `addr add ${address}/${network.prefixLength} dev ${device}`),
      `link set ${device} up`,
    ]),
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
 * Takes all cables away, at once and for good. This comes before the processes end: a process that is killed while
 * its links are up still says goodbye (FIN), which real power loss never does.
 */
export async function unplug(spec: NodeSpec): Promise<void> {
  await run(["ip", "-force", "-batch", "-"], { input: lines(spec, (port) => `link set ${port} down`) });
}

/** Deletes what `unplug` left; the peer in a dying namespace goes with it, and with it every address. */
export async function removeCables(spec: NodeSpec): Promise<void> {
  await run(["ip", "-force", "-batch", "-"], { input: lines(spec, (port) => `link del ${port}`) });
}

function lines(spec: NodeSpec, line: (port: string) => string): string {
  return cablesOf(spec)
    .map(({ port }) => `${line(port)}\n`)
    .join("");
}

/** Pulls or plugs one cable. */
export async function setCable(spec: NodeSpec, link: LinkName, state: "up" | "down"): Promise<void> {
  const cable = cablesOf(spec).find(({ device }) => device === link);
  if (cable === undefined)
    throw new Error(`${spec.name} has no card ${link}. It has ${linksOf(spec).join(", ")}.`);
  await must(["ip", "link", "set", cable.port, state]);
}

/** A card keeps its address over power cuts; a new one would be unreachable until its neighbours forget the old. */
function hardwareAddress(address = ""): string {
  const bytes = address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  return `02:bb:${bytes.join(":")}`;
}
