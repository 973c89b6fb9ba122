/**
 * The chains of one flow, that is of a port rule on one virtual IP or of the traffic there without a rule: bucket ->
 * foreign, draining or owned. The foreign decision comes first, for most packets end with it. Pure.
 */
import { handOnLines, hasDrainers, toDrainersLine } from "./direct.ts";
import {
  bucketGroupCount,
  bucketText,
  clientKey,
  countText,
  drainingMark,
  type Flow,
  type Ground,
  isSyn,
  stickyName,
} from "./ground.ts";
import { declareTable, type TableShape } from "./marks.ts";
import { leaseKey, leaseSet } from "./renewals.ts";

/** Frames that the switch meant for another machine (seen in promiscuous mode) are not ours to take. */
export function vetLines({ plane }: Ground): string[] {
  if (plane.mode === "unicast") return [`ether daddr != ${plane.clusterMac} drop`];
  return plane.mode === "direct"
    ? ["meta pkttype != host drop"]
    : ["meta pkttype other drop", "meta pkttype broadcast drop"];
}

/** TCP discards what came in by another MAC than the card's own. */
export const takeText = "meta pkttype set host accept";

/** Nothing new is taken without a lease. */
export function leaseText(ground: Ground): string {
  return `${leaseKey} != @${leaseSet} ${ground.netdev.counter("unleased")} drop`;
}

/** The chain to go to with a packet of this flow. */
export function flowChain(ground: Ground, flow: Flow): string {
  if (flow.rule?.table === null) return blockedChain(ground);
  if (!ground.netdev.has(flow.id)) declareFlow(ground, flow);
  return flow.id;
}

/** Disabled rules: everything is dropped, open connections too. */
function blockedChain(ground: Ground): string {
  const name = "blocked_ports";
  if (!ground.netdev.has(name)) ground.netdev.chain(name, [`${ground.netdev.counter("blocked")} drop`]);
  return name;
}

/** Traffic without a rule has no buckets: all of it is in the state that the plane names. */
function shapeOf(ground: Ground, { rule }: Flow): TableShape {
  if (rule && rule.table !== null) return declareTable(ground, rule.table);
  const { unruled } = ground.plane;
  return {
    index: -1,
    kept: unruled === "foreign" ? "none" : "all",
    draining: unruled === "draining" ? "all" : "none",
  };
}

function declareFlow(ground: Ground, flow: Flow): void {
  const shape = shapeOf(ground, flow);
  const { netdev } = ground;
  // Declared before its rules are made, for a chain that leads back here must find it.
  netdev.chain(flow.id, []);
  netdev.chain(flow.id, [
    ...(hasDrainers(ground, flow) ? [toDrainersLine(ground, flow)] : []),
    // The front host looks first, for the owner of a bucket is not where such a client belongs.
    ...(ground.plane.isFront ? elsewhereLines(ground, flow) : []),
    ...foreignLines(ground, flow, shape),
    ...(shape.kept === "none" ? [] : keptLines(ground, flow, shape)),
  ]);
}

function foreignLines(ground: Ground, flow: Flow, { kept, index }: TableShape): string[] {
  if (kept === "all") return [];
  const isForeign = kept === "none" ? "" : `${bucketText(ground, flow)} != @kept${index} `;
  return [`${isForeign}${foreignText(ground, flow)}`];
}

/** Dropped at once where nothing else is to be looked at. */
function foreignText(ground: Ground, flow: Flow): string {
  const isPlain = !flow.rule?.sticky && !ground.plane.isFront;
  return isPlain ? dropText(ground, flow) : `goto ${foreignChain(ground, flow)}`;
}

export function dropText(ground: Ground, flow: Flow): string {
  return `${countText(ground, ground.netdev, { flow, kind: "f" })} drop`;
}

/** Clients that this host remembers stay here, but for those that it yields; the front host hands the others on. */
function foreignChain(ground: Ground, flow: Flow): string {
  const name = `fo_${flow.id}`;
  if (ground.netdev.has(name)) return name;
  ground.netdev.chain(name, [
    ...(ground.plane.isFront ? [] : elsewhereLines(ground, flow)),
    ...rememberedLines(ground, flow),
    ...(ground.plane.isFront ? handOnLines(ground, flow, dropText(ground, flow)) : []),
    dropText(ground, flow),
  ]);
  return name;
}

function keptLines(ground: Ground, flow: Flow, { draining, index }: TableShape): string[] {
  const elsewhere = ground.plane.isFront ? [] : elsewhereLines(ground, flow);
  if (draining === "all") return [...elsewhere, `goto ${drainingChain(ground, flow)}`];
  const isDraining = `${bucketText(ground, flow)} @draining${index}`;
  return [
    ...elsewhere,
    ...(draining === "some" ? [`${isDraining} goto ${drainingChain(ground, flow)}`] : []),
    `goto ${ownedChain(ground, flow)}`,
  ];
}

/** A stream goes on as long as conntrack knows it. Only TCP has streams: all else moves with its bucket at once. */
function tailChain(ground: Ground, flow: Flow): string {
  const name = `tail_${flow.id}`;
  if (ground.netdev.has(name)) return name;
  const { netdev } = ground;
  const mark = `meta mark set meta mark | ${drainingMark}`;
  netdev.chain(name, [
    ...vetLines(ground),
    `meta l4proto != tcp ${dropText(ground, flow)}`,
    `${isSyn} ${dropText(ground, flow)}`,
    `${countText(ground, netdev, { flow, kind: "d" })} ${mark} ${takeText}`,
  ]);
  return name;
}

function drainingChain(ground: Ground, flow: Flow): string {
  if (!flow.rule?.sticky && !ground.plane.isFront) return tailChain(ground, flow);
  const name = `dr_${flow.id}`;
  if (ground.netdev.has(name)) return name;
  const moves = foreignText(ground, flow);
  ground.netdev.chain(name, [
    ...rememberedLines(ground, flow),
    `meta l4proto != tcp ${moves}`,
    `${isSyn} ${moves}`,
    `goto ${tailChain(ground, flow)}`,
  ]);
  return name;
}

/** Extended affinity: what this host remembers about clients whose bucket is not its own any more. */
function rememberedLines(ground: Ground, flow: Flow): string[] {
  if (!flow.rule?.sticky) return [];
  const set = declareSticky(ground, flow);
  return [`${clientKey(flow.rule.affinity, flow.isIpv6)} @${set} goto ${ownedChain(ground, flow)}`];
}

/** Extended affinity: clients that another host remembers though their bucket is ours, or though we remember them too. */
function elsewhereLines(ground: Ground, flow: Flow): string[] {
  const { rule, isIpv6 } = flow;
  const clients = (rule?.sticky?.elsewhere ?? []).filter((client) => client.includes(":") === isIpv6);
  if (!rule || clients.length === 0) return [];
  const name = `else_${flow.id}`;
  const type = isIpv6 ? "ipv6_addr" : "ipv4_addr";
  ground.netdev.set({ kind: "set", name, spec: `{ type ${type}; }`, elements: clients });
  const key = `${clientKey(rule.affinity, isIpv6)} @${name}`;
  // Who of the others remembers a client is not known here: each of them judges by itself.
  const handedOn = ground.plane.isFront ? [`${key} ether saddr != @peers jump dup_all`] : [];
  return [...handedOn, `${key} goto ${tailChain(ground, flow)}`];
}

function declareSticky({ netdev }: Ground, { rule, isIpv6 }: Flow): string {
  if (!rule) throw new Error("Traffic without a rule has no extended affinity.");
  const name = stickyName(rule, isIpv6);
  const type = isIpv6 ? "ipv6_addr" : "ipv4_addr";
  const spec = `{ type ${type}; size 65536; flags dynamic,timeout; }`;
  netdev.set({ kind: "set", name, spec, elements: null });
  return name;
}

/**
 * The lease guards everything that could be a new flow. For TCP that is the SYN. UDP and the rest have no beginning
 * that a packet shows, and after the lease the next owner answers them too: so all of it needs the lease.
 */
function ownedChain(ground: Ground, flow: Flow): string {
  const name = `own_${flow.id}`;
  if (ground.netdev.has(name)) return name;
  const { netdev } = ground;
  netdev.chain(name, [
    ...vetLines(ground),
    `${isSyn} ${leaseText(ground)}`,
    ...(flow.rule?.protocol === "tcp" ? [] : [`meta l4proto != tcp ${leaseText(ground)}`]),
    ...rememberLines(ground, flow),
    ...(flow.rule ? [`jump ${groupChain(ground, flow)}`] : []),
    `${countText(ground, netdev, { flow, kind: "a" })} ${takeText}`,
  ]);
  return name;
}

function rememberLines(ground: Ground, flow: Flow): string[] {
  const { rule, isIpv6 } = flow;
  if (!rule?.sticky) return [];
  const set = declareSticky(ground, flow);
  return [`update @${set} { ${clientKey(rule.affinity, isIpv6)} timeout ${rule.sticky.timeoutMin}m }`];
}

/** Counts in one of the bucket groups; flows that hash alike share the chain. */
function groupChain(ground: Ground, flow: Flow): string {
  const name = `group_${flow.rule?.affinity}${flow.isIpv6 ? 6 : 4}`;
  const groups = Array.from({ length: bucketGroupCount }, (_, group) => {
    ground.netdev.counter(`group${group}`);
    return `${group} : "group${group}"`;
  });
  const count = `counter name ${bucketText(ground, flow, bucketGroupCount)} map { ${groups.join(", ")} }`;
  if (!ground.netdev.has(name)) ground.netdev.chain(name, [count]);
  return name;
}
