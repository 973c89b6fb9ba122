/**
 * Why a cluster does not do what its admin expects, by name. "Converges only with itself" had ten causes and one
 * symptom (DOMAIN 1.7, 4); here every cause that leaves a trace is told from the others, with what ends it.
 */
import {
  type Diagnosis,
  type Evidence,
  type Examine,
  error,
  interfaceOf,
  nodeOf,
  warning,
} from "./diagnosis.ts";

export type { Diagnosis, EpochClash, Evidence, HeardHost } from "./diagnosis.ts";

const noInterface: Examine = (e) => {
  const name = interfaceOf(e);
  if (e.link === null || (e.link.mac !== null && e.link.up)) return [];
  if (e.link.mac === null) {
    return [
      error("no-interface", {
        text: `There is no interface ${name} on ${e.node}.`,
        cure: `Bring ${name} back, or correct interface in the fleet file.`,
      }),
    ];
  }
  return [
    error("media-disconnected", {
      text: `${name} of ${e.node} has no link.`,
      cure: "Plug the cable in, or look at the switch port; the host joins again by itself.",
    }),
  ];
};

const kernelRefuses: Examine = ({ kernelFault, node }) =>
  kernelFault === null
    ? []
    : [
        error("kernel-refuses", {
          text: `The kernel of ${node} refuses the data plane: ${kernelFault}`,
          cure: "Correct what the message names; the host tries again by itself, at the latest after 30 s.",
        }),
      ];

const rejectionCures: Record<string, [kind: string, text: string, cure: string]> = {
  "unknown-key": [
    "wrong-key",
    "Heartbeats arrive that are signed with a key that this host does not have",
    "Apply the fleet file once more, so that both hosts get the present keys.",
  ],
  "bad-signature": [
    "forged-beats",
    "Heartbeats arrive whose signature is wrong",
    "Somebody without the key of this cluster sends to its group: find the machine by its address.",
  ],
  "wrong-version": [
    "version-mismatch",
    "Heartbeats of another version of the agent arrive",
    "Update the agent of the sender, or of this host, to one version.",
  ],
  stale: [
    "clock-skew",
    "Heartbeats arrive whose time differs from this host's by more than 30 s",
    "Set the clocks of both hosts by NTP (chrony or systemd-timesyncd).",
  ],
  "other-cluster": [
    "foreign-cluster",
    "Heartbeats of another WLBS cluster arrive on the same group",
    "Nothing breaks; give one of the two clusters another primary virtual IP or segment to end the noise.",
  ],
};

const dropped: Examine = ({ rejected }) =>
  rejected.flatMap(({ reason, count, from }) => {
    const known = rejectionCures[reason];
    if (!known) return [];
    const [kind, text, cure] = known;
    const make = kind === "foreign-cluster" ? warning : error;
    return [
      make(kind, {
        text: `${text}.`,
        cure,
        evidence: [`${count} since the agent started, the latest from ${from}`],
      }),
    ];
  });

/** Nobody is heard and nothing was dropped: then the network or the others are at fault. */
const alone: Examine = (e) => {
  const others = e.policy.hosts.filter(({ hostId }) => hostId !== e.hostId);
  const isTooEarly = e.listenedMs === null || e.listenedMs < 2 * e.detectMs;
  // Without a link nobody can be heard; that is said already.
  if (e.link && !e.link.up) return [];
  if (others.length === 0 || isTooEarly || e.heard.length > 0 || e.rejected.length > 0) return [];
  const names = others.map(({ node }) => node).join(", ");
  const { heartbeatGroup, heartbeatPort } = e.policy;
  return [
    warning("alone", {
      text: `${e.node} converges only with itself: it hears no other host of ${e.policy.cluster}.`,
      cure: `Start ${names}; if they run, let the switch pass multicast to ${heartbeatGroup} (an IGMP querier must be there when it snoops) and firewalls UDP port ${heartbeatPort}, and check that all are in one VLAN.`,
      evidence: [`no heartbeat to ${heartbeatGroup}:${heartbeatPort} on ${interfaceOf(e)}`],
    }),
  ];
};

const deaf: Examine = (e) =>
  e.heard
    .filter(({ hearsMe }) => !hearsMe && (e.listenedMs ?? 0) >= 2 * e.detectMs)
    .map(({ node }) =>
      error("one-way", {
        text: `${e.node} hears ${node}, but ${node} does not hear ${e.node}.`,
        cure: `Look for a firewall or a filter on the switch port in the direction from ${e.node} to ${node}.`,
        evidence: [`beats of ${node} do not acknowledge ${e.node}`],
      }),
    );

/** A hears B, B hears C, A does not hear C. */
const partialMesh: Examine = (e) => {
  const heardIds = new Set(e.heard.map(({ hostId }) => hostId));
  const missing = new Map<number, string[]>();
  for (const { node, hears } of e.heard) {
    for (const id of hears) {
      if (id === e.hostId || heardIds.has(id)) continue;
      missing.set(id, [...(missing.get(id) ?? []), node]);
    }
  }
  return [...missing].map(([id, by]) =>
    error("partial-mesh", {
      text: `${e.node} does not hear ${nodeOf(e, id)}, which ${by.join(", ")} can hear.`,
      cure: `Check cable, VLAN and multicast filtering between ${e.node} and ${nodeOf(e, id)}.`,
      evidence: by.map((node) => `${node} acknowledges ${nodeOf(e, id)}`),
    }),
  );
};

const duplicateId: Examine = (e) =>
  e.heard
    .filter(({ sharesIdWith }) => sharesIdWith !== null)
    .map(({ hostId, node, sharesIdWith }) =>
      error("duplicate-host-id", {
        text: `Host ID ${hostId} is used by ${node} and by ${sharesIdWith}.`,
        cure: `Give one of the two a free host ID in the fleet file and apply it.`,
        evidence: [`both send heartbeats as host ${hostId}`],
      }),
    );

const differingPolicy: Examine = (e) =>
  e.heard
    .filter(({ policyDigest }) => policyDigest !== e.policyDigest)
    .map(({ node, ruleCount, policyDigest }) => {
      const ours = e.policy.rules.length;
      const evidence = [
        `${node} has policy ${policyDigest.slice(0, 8)}, ${e.node} has ${e.policyDigest.slice(0, 8)}`,
      ];
      const cure = "Apply the fleet file once more; a host that cannot be reached gets it when it is back.";
      return ruleCount === ours
        ? warning("policy-differs", {
            text: `${node} and ${e.node} have different parameters or port rules.`,
            cure,
            evidence: evidence,
          })
        : error("rule-count-mismatch", {
            text: `${node} has ${ruleCount} port rules and ${e.node} has ${ours}.`,
            cure,
            evidence: evidence,
          });
    });

const unnamed: Examine = (e) =>
  e.heard
    .filter(({ hostId, node }) => e.policy.hosts.find((host) => host.hostId === hostId)?.node !== node)
    .map(({ hostId, node }) =>
      error("unnamed-host", {
        text: `${node} sends heartbeats as host ${hostId}, but the policy of ${e.node} does not name it so.`,
        cure: `Add ${node} to the fleet file, or stop the agent on it.`,
      }),
    );

/** Heartbeats arrive and frames to the cluster MAC do not: clients would reach only some of the hosts. */
const macBlocked: Examine = (e) => {
  const { probesHeardFrom, policy } = e;
  if (probesHeardFrom === null || (e.listenedMs ?? 0) < 15_000) return [];
  const blocked = e.heard.filter(({ hostId, isMember }) => {
    const dip = policy.hosts.find((host) => host.hostId === hostId)?.dedicatedIp;
    return isMember && dip !== undefined && !probesHeardFrom.includes(dip);
  });
  return blocked.map(({ node }) =>
    error("cluster-mac-blocked", {
      text: `Frames to the cluster MAC ${policy.clusterMac} from the port of ${node} do not reach ${e.node}.`,
      cure: "Let the switch flood this MAC to the ports of all hosts, or list the ports in a static entry; in igmp mode the switch needs a querier.",
      evidence: [`heartbeats of ${node} arrive at ${e.node}, its probe frames do not`],
    }),
  );
};

const twoCoordinators: Examine = (e) =>
  e.clashes.map(({ node, mine, theirs }) =>
    error("two-coordinators", {
      text: `${e.policy.cluster} was split: ${e.node} and ${node} served in different epochs at the same time.`,
      cure: "The smaller part gives way by itself. Find out why the two did not hear each other (switch, cable, multicast).",
      evidence: [
        `${e.node}: epoch ${mine.epoch} with hosts ${mine.members.join(", ")}`,
        `${node}: epoch ${theirs.epoch} with hosts ${theirs.members.join(", ")}`,
      ],
    }),
  );

const duplicateVip: Examine = ({ claims, policy }) =>
  claims.map(({ vip, mac }) =>
    error("duplicate-vip", {
      text: `Another machine claims the virtual IP ${vip}: ${mac}.`,
      cure: `Find the machine by its MAC in the switch's table and take ${vip} away from it; until then clients reach it at random.`,
      evidence: [
        `${policy.cluster} answers ${vip} with ${policy.clusterMac ?? "the MAC of its default host"}`,
        `${mac} answers it too`,
      ],
    }),
  );

const noMajority: Examine = ({ majorityMissing, policy }) =>
  majorityMissing === null
    ? []
    : [
        error("no-majority", {
          text: `This part of ${policy.cluster} has no majority; ${majorityMissing.join(", ") || "hosts that are needed"} cannot be heard.`,
          cure: "Bring them or the network between back. If they are gone for good, apply a fleet file without them.",
        }),
      ];

const examinations: readonly Examine[] = [
  noInterface,
  kernelRefuses,
  noMajority,
  duplicateVip,
  twoCoordinators,
  duplicateId,
  dropped,
  alone,
  deaf,
  partialMesh,
  differingPolicy,
  unnamed,
  macBlocked,
];

/** All that can be told, gravest first as listed. Empty on a healthy host. */
export function diagnose(evidence: Evidence): Diagnosis[] {
  return examinations.flatMap((examine) => examine(evidence));
}
