/** Rules R21 to R28 as far as this version carries MSCS out. */
import type { Refusal } from "../fleet/index.ts";
import { orderByDependency } from "../mscs/index.ts";
import { nodeRoles } from "./facts.ts";
import { refusal } from "./refuse.ts";
import type { Intent, Inventory, MscsIntent } from "./types.ts";

/** R21: a pair has exactly two nodes. */
export function checkR21(intent: Intent): Refusal[] {
  return eachPair(intent, (cluster, { nodes }) =>
    nodes.length === 2 && nodes[0] !== nodes[1]
      ? []
      : [
          refusal("R21", [["mscs-cluster", cluster]], {
            message: `MSCS pair ${cluster} names ${new Set(nodes).size} different nodes`,
            reason: "An MSCS cluster is a pair of two nodes and a witness (KB Q223157).",
            cure: `Name two different nodes under mscs.${cluster}.nodes.`,
          }),
        ],
  );
}

/** R24: the witness is on none of the pair's nodes, and in this version has a node of its own. */
export function checkR24(intent: Intent): Refusal[] {
  const roles = nodeRoles(intent);
  return eachPair(intent, (cluster, { nodes, witness }) => {
    if (witness === null) return [];
    const other = roles.find(({ node, role }) => node === witness && role === "wlbs");
    const place = nodes.includes(witness)
      ? `a node of the pair itself`
      : other
        ? `a host of WLBS cluster ${other.cluster}`
        : null;
    const pairElsewhere = roles.find(
      ({ node, role, cluster: at }) => node === witness && role === "mscs" && at !== cluster,
    );
    const where = place ?? (pairElsewhere ? `a node of MSCS pair ${pairElsewhere.cluster}` : null);
    if (where === null) return [];
    return [
      refusal(
        "R24",
        [
          ["mscs-cluster", cluster],
          ["node", witness],
        ],
        {
          message: `Witness ${witness} of ${cluster} is ${where}`,
          reason:
            "The witness decides between the two nodes, so it must not fall with one of them, and this version gives it a node of its own.",
          cure: "Enrol a third machine for the witness.",
        },
      ),
    ];
  });
}

/** R26: dependencies stay inside the group, name existing resources and have no cycle. */
export function checkR26(intent: Intent): Refusal[] {
  return eachGroup(intent, (_cluster, group, { resources }) => orderByDependency(group, resources).refusals);
}

/** R27: preferred owners are nodes of the pair. */
export function checkR27(intent: Intent): Refusal[] {
  return eachGroup(intent, (cluster, group, { preferredOwners }) => {
    const nodes = intent.mscs[cluster]?.nodes ?? [];
    return preferredOwners
      .filter((owner) => !nodes.includes(owner))
      .map((owner) =>
        refusal(
          "R27",
          [
            ["mscs-cluster", cluster],
            ["group", group],
            ["node", owner],
          ],
          {
            message: `Preferred owner ${owner} of group ${group} is not a node of ${cluster}`,
            reason: "A group can only run on the nodes of its pair.",
            cure: `Choose from ${nodes.join(" and ")}.`,
          },
        ),
      );
  });
}

/** R28: failback needs a preferred owner to go back to. */
export function checkR28(intent: Intent): Refusal[] {
  return eachGroup(intent, (cluster, group, { failback, preferredOwners }) =>
    failback.allow && preferredOwners.length === 0
      ? [
          refusal(
            "R28",
            [
              ["mscs-cluster", cluster],
              ["group", group],
            ],
            {
              message: `Group ${group} of ${cluster} allows failback but has no preferred owner`,
              reason: "Failback moves a group to its preferred owner, so without one it has no effect.",
              cure: `Name preferredOwners of ${group}, or set failback.allow to false.`,
            },
          ),
        ]
      : [],
  );
}

/**
 * Secrets do not belong into the fleet file: it is stored with every plan, shown in the console and written to the CIB. Fence
 * agents read them on the node instead, by a script or a file.
 */
export function checkSecrets(intent: Intent): Refusal[] {
  return eachPair(intent, (cluster, { fencing }) =>
    Object.entries(fencing?.nodes ?? {}).flatMap(([node, parameters]) =>
      Object.keys(parameters)
        .filter((name) => /pass|secret|token/i.test(name) && !/(script|file|path)$/i.test(name))
        .map((name) =>
          refusal(
            "B-secret",
            [
              ["mscs-cluster", cluster],
              ["node", node],
            ],
            {
              message: `Fencing of ${node} in ${cluster} carries a secret in ${name}`,
              reason: "The fleet file is stored with every plan and shown to everybody who may sign in.",
              cure: `Put the secret into a root-only script on both nodes and name that, for example ${name}_script: /etc/bulkhead/fence-secret.`,
            },
          ),
        ),
    ),
  );
}

/** The pair's nodes and the witness can reach each other: each has an address in the subnet of the group addresses. */
export function checkHeartbeatAddresses(
  intent: Intent,
  inventory: Inventory,
  addressOf: (cluster: string, node: string) => string | null,
): Refusal[] {
  return eachPair(intent, (cluster, { nodes, witness }) =>
    [...nodes, ...(witness === null ? [] : [witness])]
      .filter(
        (node) => inventory.nodes.some(({ name }) => name === node) && addressOf(cluster, node) === null,
      )
      .map((node) =>
        refusal(
          "R22",
          [
            ["mscs-cluster", cluster],
            ["node", node],
          ],
          {
            message: `${node} has no address that ${cluster} can use for its heartbeats`,
            reason:
              "Nodes and witness need a fixed IPv4 address each, in the subnet of the group addresses if there are any.",
            cure: `Configure such an address on ${node}.`,
          },
        ),
      ),
  );
}

function eachPair(intent: Intent, check: (cluster: string, pair: MscsIntent) => Refusal[]): Refusal[] {
  return Object.entries(intent.mscs).flatMap(([cluster, pair]) => check(cluster, pair));
}

type GroupIntent = MscsIntent["groups"][string];

function eachGroup(
  intent: Intent,
  check: (cluster: string, group: string, value: GroupIntent) => Refusal[],
): Refusal[] {
  return eachPair(intent, (cluster, { groups }) =>
    Object.entries(groups).flatMap(([name, group]) => check(cluster, name, group)),
  );
}
