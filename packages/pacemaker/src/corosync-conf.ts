/**
 * corosync.conf of a pair (FAILOVER 3 and 5). Identical on both nodes.
 */
import type { MscsPolicy } from "@bulkhead/core/mscs";

/** First line of every file that we wrote: how a later run knows its own from an admin's. */
export const corosyncConfMark = "# Written by bulkhead-agent. Changes by hand are overwritten.";

/** Below 1000 ms healthy nodes fenced each other under load (FAILOVER 1, "False alarms"). */
const tokenFloorMs = 1000;
/**
 * qdevice defaults (10 s / 30 s) make a power loss last 6 to 14 s, because ffsplit waits until the witness has
 * dropped the dead peer; with these two it was about 3 s (FAILOVER 4.2). The manual page advises against
 * changing them, which is why the numbers are argued here.
 */
const witnessTimeoutMs = 1000;
const witnessSyncTimeoutMs = 3000;

export function corosyncConf(policy: MscsPolicy): string {
  return [
    corosyncConfMark,
    block("totem", [
      "version: 2",
      `cluster_name: ${policy.cluster}`,
      "transport: knet",
      "crypto_cipher: aes256",
      "crypto_hash: sha256",
      `token: ${Math.max(tokenFloorMs, policy.tokenMs)}`,
    ]),
    block("nodelist", policy.nodes.flatMap(nodeLines)),
    block("quorum", [
      "provider: corosync_votequorum",
      ...(policy.witness === null ? [] : nested("device", witnessLines(policy.witness.address))),
    ]),
    block("logging", [
      "to_logfile: yes",
      "logfile: /var/log/corosync/corosync.log",
      "to_syslog: yes",
      "timestamp: on",
    ]),
    "",
  ].join("\n");
}

function nodeLines(node: MscsPolicy["nodes"][number]): string[] {
  return nested("node", [`name: ${node.node}`, `nodeid: ${node.nodeId}`, `ring0_addr: ${node.address}`]);
}

/**
 * `tls: off`: certificates for the witness are not distributed yet, so the vote travels unencrypted. Heartbeats
 * between the two nodes are always encrypted with the pair's key.
 */
function witnessLines(address: string): string[] {
  return [
    "model: net",
    "votes: 1",
    `timeout: ${witnessTimeoutMs}`,
    `sync_timeout: ${witnessSyncTimeoutMs}`,
    ...nested("net", [`host: ${address}`, "algorithm: ffsplit", "tls: off"]),
  ];
}

function block(name: string, lines: string[]): string {
  return nested(name, lines).join("\n");
}

function nested(name: string, lines: string[]): string[] {
  return [`${name} {`, ...lines.map((line) => `  ${line}`), "}"];
}
