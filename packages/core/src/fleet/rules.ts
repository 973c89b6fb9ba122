/**
 * The texts of the wall, rules R1 to R5 of DOMAIN 3.2. The planner and the node both refuse with them, so
 * that an admin reads the same words wherever the wall was touched. Deciding is done elsewhere: these
 * functions only say what is already known to be wrong. R1 and R4 have no override.
 */
import type { Refusal } from "./refusal.ts";
import type { Service } from "./service.ts";

const kb223157 = "KB Q223157";

/** R1: one node in a WLBS cluster and an MSCS pair. A cluster name is null where it is not known (on the node). */
export function r1BothServices(clash: {
  node: string;
  wlbsCluster: string | null;
  mscsCluster: string | null;
}): Refusal {
  const { node, wlbsCluster, mscsCluster } = clash;
  const wlbs = wlbsCluster === null ? "WLBS" : `WLBS cluster ${wlbsCluster}`;
  const mscs = mscsCluster === null ? "MSCS" : `MSCS pair ${mscsCluster}`;
  return {
    rule: "R1",
    severity: "error",
    objects: [
      { kind: "node", name: node },
      ...(wlbsCluster === null ? [] : [{ kind: "wlbs-cluster" as const, name: wlbsCluster }]),
      ...(mscsCluster === null ? [] : [{ kind: "mscs-cluster" as const, name: mscsCluster }]),
    ],
    message: `Node ${node} is in ${wlbs} and in ${mscs}; the two services must be on different nodes`,
    reason: `${kb223157}: both services configure the network of their node and neither knows of the other, so running both on one node is not supported.`,
    cure: `Release ${node} from one of the two first, apply that, and only then give it to the other; or use another node.`,
  };
}

/** R2: two enrolled names with one machine identity. They count as one node for R1. */
export function r2SameMachine(clash: { node: string; otherNode: string }): Refusal {
  const { node, otherNode } = clash;
  return {
    rule: "R2",
    severity: "error",
    objects: [
      { kind: "node", name: node },
      { kind: "node", name: otherNode },
    ],
    message: `Nodes ${node} and ${otherNode} are the same machine`,
    reason: `Machines are told apart by /etc/machine-id, not by name; one machine under two names would get round the rule that the two services never share a node (${kb223157}).`,
    cure: `Remove ${otherNode} from the fleet file; if it is a cloned machine, give it its own identity (rm -f /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup) and enrol it again.`,
  };
}

/** R3: the daemon of the other service is enabled or running on the machine, whoever started it. */
export function r3BothDaemons(clash: { node: string; service: Service; seen: Service }): Refusal {
  const { node, service, seen } = clash;
  const found = seen === "mscs" ? "Corosync or Pacemaker (MSCS)" : "the data plane of WLBS";
  return {
    rule: "R3",
    severity: "error",
    objects: [{ kind: "node", name: node }],
    message: `Node ${node} is to run ${service.toUpperCase()}, but ${found} is enabled or running on it`,
    reason: `Where both are present one must be removed, because each would change addresses under the other (${kb223157}, event 4096).`,
    cure:
      seen === "mscs"
        ? `On ${node} run "systemctl disable --now pacemaker corosync", then try again; or use another node.`
        : `Release ${node} from its WLBS cluster and wait until it reports no service, then try again; or use another node.`,
  };
}

/** R4: an address of the MSCS side (of a group, a node or the witness) equals a virtual IP. `owner` says whose it is. */
export function r4AddressIsVip(clash: { address: string; owner: string; cluster: string }): Refusal {
  const { address, owner, cluster } = clash;
  return {
    rule: "R4",
    severity: "error",
    objects: [
      { kind: "address", name: address },
      { kind: "wlbs-cluster", name: cluster },
    ],
    message: `MSCS address ${address} of ${owner} equals the virtual IP of WLBS cluster ${cluster}`,
    reason: `${kb223157}: MSCS must not use a WLBS virtual IP; every front host holds that address, so a failover would put it on one more machine.`,
    cure: `Give ${owner} an address that no WLBS cluster uses.`,
  };
}

/** R5: a floating MSCS address that is already somebody's. Both owners in words, for example `resource ip of group sql in data`. */
export function r5AddressTaken(clash: { address: string; owner: string; otherOwner: string }): Refusal {
  const { address, owner, otherOwner } = clash;
  return {
    rule: "R5",
    severity: "error",
    objects: [{ kind: "address", name: address }],
    message: `Address ${address} of ${owner} is already the address of ${otherOwner}`,
    reason: `A floating address moves between nodes; if another machine holds it as its own, two machines answer for it (read from ${kb223157}).`,
    cure: `Give ${owner} a free address.`,
  };
}
