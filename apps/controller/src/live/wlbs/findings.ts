/**
 * The findings of a cluster: what its hosts report, joined by kind with the evidence of every side, and what only the
 * controller sees because it hears all of them.
 */
import type { ClusterFinding } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import type { Finding, WlbsPolicy } from "@bulkhead/core/wlbs";
import { listText } from "../words.ts";
import type { SeenHost } from "./seen.ts";

/** A broken segment makes every host of a large cluster complain of every other; the first ones say it all. */
const textsMax = 3;
const evidenceMax = 32;

interface Told {
  finding: Finding;
  node: string;
}

/** Worst first, then oldest. `split`: what the controller has found itself, or null. */
export function clusterFindings(
  policy: WlbsPolicy,
  hosts: readonly SeenHost[],
  split: ClusterFinding | null,
): ClusterFinding[] {
  const byKind = new Map<string, Told[]>();
  for (const { host, fresh } of hosts) {
    for (const finding of fresh?.findings ?? []) {
      const key = joinKey(finding);
      byKind.set(key, [...(byKind.get(key) ?? []), { finding, node: host.node }]);
    }
  }
  const joined = [...byKind.values()].map((told) => joinedFinding(policy, told));
  return withSplit(joined, split).toSorted((a, b) => rank(a) - rank(b) || a.since - b.since);
}

/** Two machines that claim two addresses are two findings; all else is one per kind. */
function joinKey({ kind, text }: Finding): string {
  return kind === "duplicate-vip" ? `${kind} ${text}` : kind;
}

function rank({ severity }: ClusterFinding): number {
  return severity === "error" ? 0 : 1;
}

function joinedFinding(policy: WlbsPolicy, told: readonly Told[]): ClusterFinding {
  const findings = told.map(({ finding }) => finding);
  const [first] = findings;
  if (!first) throw new Error("a kind without a finding");
  const texts = [...new Set(findings.map(({ text }) => text))];
  const evidence = evidenceOf(told, texts.length);
  return {
    kind: first.kind,
    severity: findings.some(({ severity }) => severity === "error") ? "error" : "warn",
    text: joinedText(policy, told, texts),
    cure: [...new Set(findings.map(({ cure }) => cure))].slice(0, textsMax).join(" "),
    evidence,
    since: Math.min(...findings.map(({ since }) => since)),
    hosts: concerned(policy, told, [...texts, ...evidence]),
  };
}

/** With the name of who says it; and what was said, where it could not all be said in the text. */
function evidenceOf(told: readonly Told[], textCount: number): string[] {
  const lines = told.flatMap(({ finding, node }) => {
    const said = textCount > 1 ? [finding.text] : [];
    const seen = finding.evidence.length > 0 ? finding.evidence : ["reports it"];
    return [...said, ...(said.length > 0 ? finding.evidence : seen)].map((line) => `${node}: ${line}`);
  });
  return [...new Set(lines)].slice(0, evidenceMax);
}

function joinedText(policy: WlbsPolicy, told: readonly Told[], texts: readonly string[]): string {
  const [first = ""] = texts;
  if (texts.length === 1) return first;
  if (told[0]?.finding.kind === "cluster-mac-blocked") {
    const nodes = [...new Set(told.map(({ node }) => node))];
    return `Frames to the cluster MAC ${policy.clusterMac} do not reach ${listText(nodes)} from every host.`;
  }
  const more = texts.length - textsMax;
  return [...texts.slice(0, textsMax), ...(more > 0 ? [`And ${more} more of the kind.`] : [])].join(" ");
}

/** Who reports it, and hosts of the cluster that it names. */
function concerned(policy: WlbsPolicy, told: readonly Told[], texts: readonly string[]): string[] {
  const words = new Set(texts.join(" ").split(/[\s,.:;()]+/));
  const tellers = new Set(told.map(({ node }) => node));
  return policy.hosts.map(({ node }) => node).filter((node) => tellers.has(node) || words.has(node));
}

/** The hosts tell of a split when it is over; the controller sees it while it lasts. */
function withSplit(findings: ClusterFinding[], split: ClusterFinding | null): ClusterFinding[] {
  if (!split) return findings;
  const told = findings.find(({ kind }) => kind === split.kind);
  const evidence = [...split.evidence, ...(told?.evidence ?? [])].slice(0, evidenceMax);
  const hosts = [...new Set([...split.hosts, ...(told?.hosts ?? [])])];
  return [{ ...split, evidence, hosts }, ...findings.filter((finding) => finding !== told)];
}

/** A finding of severity error among the violations of the fleet. The rule is `W-` and the kind. */
export function findingViolation(cluster: string, finding: ClusterFinding): Refusal {
  return {
    rule: `W-${finding.kind}`,
    severity: "error",
    objects: [
      { kind: "wlbs-cluster", name: cluster },
      ...finding.hosts.map((name) => ({ kind: "wlbs-host" as const, name })),
    ],
    message: finding.text.replace(/\.$/, ""),
    reason: finding.evidence.length > 0 ? `Seen: ${finding.evidence.join("; ")}.` : "The hosts report it.",
    cure: finding.cure,
  };
}
