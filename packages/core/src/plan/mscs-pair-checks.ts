/** A pair as a whole: its nodes (R21), its witness (R24), its fencing, and what may not run without them. */
import type { Refusal } from "../fleet/index.ts";
import { holdsSharedDisk } from "../mscs/index.ts";
import { nodeRoles } from "./facts.ts";
import { eachPair, eachResource, resourceObjects } from "./mscs-parts.ts";
import { refusal, warning } from "./refuse.ts";
import type { Intent, MscsIntent } from "./types.ts";

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

/** R24: the witness is on none of the pair's nodes, and has a node of its own; it may serve several pairs. */
export function checkR24(intent: Intent): Refusal[] {
  return eachPair(intent, (cluster, { nodes, witness }) => {
    if (witness === null) return [];
    const where = nodes.includes(witness) ? "a node of the pair itself" : otherPart(intent, cluster, witness);
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

function otherPart(intent: Intent, cluster: string, witness: string): string | null {
  const parts = nodeRoles(intent).filter(({ node }) => node === witness);
  const host = parts.find(({ role }) => role === "wlbs");
  if (host !== undefined) return `a host of WLBS cluster ${host.cluster}`;
  const member = parts.find(({ role, cluster: at }) => role === "mscs" && at !== cluster);
  return member === undefined ? null : `a node of MSCS pair ${member.cluster}`;
}

/**
 * Without fencing or witness two nodes may use one disk at once, so what holds one is refused there. Of an adopted pair the
 * file need not say what its engine has: there it is a warning.
 */
export function checkProtection(intent: Intent): Refusal[] {
  return eachResource(intent, (resource, at) => {
    const missing = missingProtection(at.pair);
    if (missing.length === 0 || !holdsSharedDisk(resource)) return [];
    const speak = at.pair.engine === "made" ? refusal : warning;
    return [
      speak("B-protection", resourceObjects(at, resource.name), {
        message: `Resource ${resource.name} of group ${at.name} holds a shared disk, and pair ${at.cluster} has no ${missing.join(" and no ")}`,
        reason:
          "When the nodes lose sight of each other, only a witness and fencing keep them from using the disk at once, which destroys what is on it.",
        cure: `Set ${missing.join(" and ")} of mscs.${at.cluster}, or take the resource out.`,
      }),
    ];
  });
}

/** As the fleet file calls them. */
function missingProtection({ witness, fencing }: MscsIntent): ("witness" | "fencing")[] {
  return [
    ...(witness === null ? ["witness" as const] : []),
    ...(fencing === null ? ["fencing" as const] : []),
  ];
}

/** Fencing speaks of the pair's nodes only: parameters of a misspelt node would silently be missing. */
export function checkFencing(intent: Intent): Refusal[] {
  return eachPair(intent, (cluster, { nodes, fencing }) =>
    Object.keys(fencing?.nodes ?? {})
      .filter((node) => !nodes.includes(node))
      .map((node) =>
        refusal(
          "B-fencing",
          [
            ["mscs-cluster", cluster],
            ["node", node],
          ],
          {
            message: `Fencing of ${cluster} has parameters for ${node}, which is not a node of the pair`,
            reason: "Each node of the pair is fenced with the parameters that stand under its own name.",
            cure: `Write them under ${nodes.join(" or ")}.`,
          },
        ),
      ),
  );
}

/**
 * Secrets do not belong into the fleet file: it is stored with every plan, shown in the console and written to the CIB. Fence
 * agents read them on the node instead, by a script or a file.
 */
export function checkSecrets(intent: Intent): Refusal[] {
  return eachPair(intent, (cluster, { fencing }) => {
    if (fencing === null) return [];
    const ofPair = secretNames(fencing.parameters).map((name) => ({ name, node: null }));
    const ofNodes = Object.entries(fencing.nodes).flatMap(([node, parameters]) =>
      secretNames(parameters).map((name) => ({ name, node })),
    );
    return [...ofPair, ...ofNodes].map(({ name, node }) => secretRefusal(cluster, node, name));
  });
}

/** As the fence agents name them: passwords, cloud keys, SNMP communities, the IPMI key Kg. Scripts and files are how it should be. */
function secretNames(parameters: Record<string, string>): string[] {
  return Object.keys(parameters).filter(
    (name) =>
      /pass|secret|token|community|api_?key|access_?key|private_?key|_kg$/i.test(name) &&
      !/(script|file|path)$/i.test(name),
  );
}

function secretRefusal(cluster: string, node: string | null, name: string): Refusal {
  const of = node === null ? cluster : `${node} in ${cluster}`;
  return refusal(
    "B-secret",
    [["mscs-cluster", cluster], ...(node === null ? [] : [["node", node] as ["node", string]])],
    {
      message: `Fencing of ${of} carries a secret in ${name}`,
      reason: "The fleet file is stored with every plan and shown to everybody who may sign in.",
      cure: `Put the secret into a root-only script on both nodes and name that, for example ${name}_script: /etc/bulkhead/fence-secret.`,
    },
  );
}
