/**
 * corosync.conf of a pair (FAILOVER 3 and 5). Identical on both nodes.
 */
import type { MscsPolicy } from "@bulkhead/core/mscs";

/** First line of every file that we wrote: how a later run knows its own from an admin's. */
export const corosyncConfMark = "# Written by bulkhead-agent. Changes by hand are overwritten.";

/** Below 1000 ms healthy nodes fenced each other under load (FAILOVER 1, "False alarms"). */
const tokenFloorMs = 1000;
/**
 * How long the other node may take to answer after the token was lost, before it counts as gone; of the token. Corosync's own 1.2 is for
 * three nodes and more; its manual page calls less than a token safe for two nodes, and cman took 0.2 for those. A node that stands
 * still is fenced after token and consensus together, 1.5 s at least.
 */
const consensusOfToken = 0.5;
/**
 * A lost token is sent again that often before it counts as lost. Corosync derives from it how long a token rests at a node while
 * nothing is sent (180 ms with its own 4, 68 ms with 10), and a new membership settles one such rest later. crmsh sets 10 as well.
 */
const tokenRetransmits = 10;
/**
 * qdevice defaults (10 s / 30 s) make a power loss last 6 to 14 s, because ffsplit waits until the witness has
 * dropped the dead peer; with these two it was about 3 s (FAILOVER 4.2). The manual page advises against
 * changing them, which is why the numbers are argued here.
 */
const witnessTimeoutMs = 1000;
const witnessSyncTimeoutMs = 3000;

/** `evicted`: a node of the policy that does not belong to the pair for now; null = both do. */
export function corosyncConf(policy: MscsPolicy, evicted: string | null = null): string {
  const nodes = policy.nodes.filter(({ node }) => node !== evicted);
  const tokenMs = Math.max(tokenFloorMs, policy.tokenMs);
  return [
    corosyncConfMark,
    block("totem", [
      "version: 2",
      `cluster_name: ${policy.cluster}`,
      "transport: knet",
      "crypto_cipher: aes256",
      "crypto_hash: sha256",
      `token: ${tokenMs}`,
      `consensus: ${Math.round(tokenMs * consensusOfToken)}`,
      `token_retransmits_before_loss_const: ${tokenRetransmits}`,
    ]),
    block("nodelist", nodes.flatMap(nodeLines)),
    block("quorum", ["provider: corosync_votequorum", ...quorumLines(policy, nodes.length)]),
    block("logging", [
      "to_logfile: yes",
      "logfile: /var/log/corosync/corosync.log",
      "to_syslog: yes",
      "timestamp: on",
    ]),
    "",
  ].join("\n");
}

/** The part of a corosync.conf of ours that qdevice reads; empty = there is none. */
export function deviceSettings(text: string): string {
  return /^  device \{[\s\S]*?^  \}/m.exec(text)?.[0] ?? "";
}

/** knet carries heartbeats on both links at once and uses one that works. */
function nodeLines(node: MscsPolicy["nodes"][number]): string[] {
  return nested("node", [
    `name: ${node.node}`,
    `nodeid: ${node.nodeId}`,
    `ring0_addr: ${node.address}`,
    ...(node.secondAddress === null ? [] : [`ring1_addr: ${node.secondAddress}`]),
  ]);
}

/**
 * Without a witness each half of a cut pair has a quorum, so only fencing keeps them apart. `wait_for_all` at least keeps
 * a node that starts alone from taking everything while its peer runs unseen.
 */
function quorumLines({ witness }: MscsPolicy, nodes: number): string[] {
  if (witness !== null) return nested("device", witnessLines(witness.address));
  return nodes === 2 ? ["two_node: 1", "wait_for_all: 1"] : [];
}

/** `tls: required`: neither end talks to one that cannot prove who it is. */
function witnessLines(address: string): string[] {
  return [
    "model: net",
    "votes: 1",
    `timeout: ${witnessTimeoutMs}`,
    `sync_timeout: ${witnessSyncTimeoutMs}`,
    ...nested("net", [`host: ${address}`, "algorithm: ffsplit", "tls: required"]),
  ];
}

function block(name: string, lines: string[]): string {
  return nested(name, lines).join("\n");
}

function nested(name: string, lines: string[]): string[] {
  return [`${name} {`, ...lines.map((line) => `  ${line}`), "}"];
}
