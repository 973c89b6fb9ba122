/** Validation, category configuration: quorum, fencing, and what would start or fail besides the engine. */
import { possibleOwnersOf } from "./compile-group.ts";
import type { NodeFacts } from "./node-facts.ts";
import { holdsSharedDisk } from "./resource-types.ts";
import type { MscsGroup, MscsPolicy } from "./types.ts";
import {
  failed,
  type Inspection,
  judged,
  notNeeded,
  passed,
  resourcesOf,
  skipped,
  warned,
} from "./validate-facts.ts";
import type { ValidationTest } from "./validation.ts";

/** FAILOVER 1, "False alarms": below it, a busy machine loses heartbeats that were sent. */
const tokenMsMin = 1_000;

const subject = (id: string, title: string, node?: string) => ({
  id: `configuration.${id}`,
  category: "configuration" as const,
  title,
  ...(node === undefined ? {} : { node }),
});

export function configurationTests(inspection: Inspection): ValidationTest[] {
  const { policy, known } = inspection;
  return [
    hasWitness(policy),
    witnessRuns(inspection),
    ...known.map((facts) => witnessReached(policy, facts)),
    hasFencing(policy),
    ...known.map((facts) => fencingAnswers(policy, facts)),
    ...known.map(watchdog),
    token(policy),
    ...known.map((facts) => otherEngine(policy, facts)),
    ...known.map(bootUnits),
    ...policy.groups.flatMap((group) => [owners(policy, group), failback(group)]),
    hasGroups(policy),
  ];
}

function hasWitness(policy: MscsPolicy): ValidationTest {
  const it = subject("witness", "The pair has a witness");
  if (policy.witness !== null) return passed(it, `${policy.witness.node} (${policy.witness.address})`);
  return missingProtection(policy, it, {
    found: "Without a third vote neither node may go on alone.",
    cure: "Name a third machine as witness in the fleet file.",
  });
}

function hasFencing(policy: MscsPolicy): ValidationTest {
  const it = subject("fencing", "The pair has fencing for both nodes");
  if (policy.engine === "adopted" && policy.fencing === null)
    return notNeeded(it, "The fencing of an adopted pair belongs to whoever set it up.");
  if (policy.fencing === null)
    return missingProtection(policy, it, {
      found: "A lost node cannot be proven dead, so both may come to run the same group.",
      cure: "Add fencing to the pair in the fleet file (IPMI, the hypervisor, or a power switch).",
    });
  const named = policy.fencing.nodes;
  const lost = policy.nodes
    .filter(({ node }) => !(node in named))
    .map(({ node }) => `${node} has no fence device.`);
  return judged(it, lost, {
    fine: `${policy.fencing.agent} for ${Object.keys(named).join(" and ")}`,
    cure: "Give fencing parameters for both nodes.",
  });
}

/** Data on a shared disk would be destroyed; a web server would only be there twice. */
function missingProtection(
  policy: MscsPolicy,
  it: ReturnType<typeof subject>,
  { found, cure }: { found: string; cure: string },
): ValidationTest {
  const disks = resourcesOf(policy).filter(({ resource }) => holdsSharedDisk(resource));
  if (disks.length === 0) return warned(it, found, cure);
  const names = disks.map(({ full }) => full).join(", ");
  return failed(it, `${found} It holds a shared disk (${names}).`, cure);
}

function witnessRuns({ policy, witness }: Inspection): ValidationTest {
  const it = subject("witness-runs", "The witness runs and demands certificates", policy.witness?.node);
  if (policy.witness === null) return notNeeded(it, "The pair has no witness.");
  const facts = witness?.facts ?? null;
  if (facts === null) return skipped(it, witness?.why ?? "The witness was not asked.");
  const program = facts.programs.find(({ name }) => name === "corosync-qnetd");
  if (!program?.version)
    return failed(
      it,
      "corosync-qnetd is not installed.",
      `On ${facts.node}: apt-get install --no-install-recommends corosync-qnetd`,
    );
  if (facts.isRunning && facts.isTls === false)
    return failed(
      it,
      "It takes connections without TLS.",
      "Apply the fleet file again; it sets up the certificates.",
    );
  if (facts.isRunning) return passed(it, `corosync-qnetd ${program.version}`);
  if (facts.portHeldBy !== null)
    return failed(it, `TCP 5403 is held by ${facts.portHeldBy}.`, "Stop what holds the port of the witness.");
  return notNeeded(it, `corosync-qnetd ${program.version} is installed; it starts when the plan is applied.`);
}

function witnessReached(policy: MscsPolicy, { node, witness, runningPair }: NodeFacts): ValidationTest {
  const it = subject("witness-reached", "The witness is reached, with TLS", node);
  if (policy.witness === null) return notNeeded(it, "The pair has no witness.");
  if (witness === null) return skipped(it, `${node} did not try.`);
  const cure = `Open TCP 5403 from ${node} to ${witness.address}, and let the witness run.`;
  if (!witness.isReachable) {
    // Before the pair is formed nobody listens there.
    return runningPair === null ? warned(it, witness.said, cure) : failed(it, witness.said, cure);
  }
  if (witness.isTls === false)
    return failed(
      it,
      `Without TLS: ${witness.said}`,
      "Apply the fleet file again; it makes the certificates.",
    );
  return passed(it, witness.said);
}

function fencingAnswers(policy: MscsPolicy, { node, fencing }: NodeFacts): ValidationTest {
  const it = subject("fencing-answers", "The fence devices answer", node);
  if (policy.fencing === null) return notNeeded(it, "The pair has no fencing.");
  const tried = (fencing ?? []).filter(({ works }) => works !== null);
  if (tried.length === 0) return skipped(it, `${node} could not ask them.`);
  const faults = tried.filter(({ works }) => works === false).map(({ target, said }) => `${target}: ${said}`);
  return judged(it, faults, {
    fine: tried.map(({ target, said }) => `${target}: ${said}`).join("\n"),
    cure: "Correct address and credentials of the device in the fleet file, and let this node reach it.",
  });
}

/** For information: a pair with fencing through the network does well without one. */
function watchdog({ node, watchdog: device }: NodeFacts): ValidationTest {
  const it = subject("watchdog", "Watchdog", node);
  return device === null ? notNeeded(it, "There is no watchdog device.") : passed(it, device);
}

function token({ tokenMs }: MscsPolicy): ValidationTest {
  return judged(
    subject("token", "The heartbeat timeout leaves room for a busy machine"),
    tokenMs < tokenMsMin ? [`${tokenMs} ms is less than ${tokenMsMin} ms.`] : [],
    {
      fine: `${tokenMs} ms`,
      cure: `Set tokenMs to ${tokenMsMin} or more: below it, healthy nodes get fenced.`,
    },
  );
}

function otherEngine(policy: MscsPolicy, { node, runningPair }: NodeFacts): ValidationTest {
  const isOther = runningPair !== null && runningPair !== policy.cluster;
  return judged(
    subject("engine", "No other pair runs on the node", node),
    isOther ? [`The engine runs pair ${runningPair}.`] : [],
    {
      fine: runningPair === null ? "No engine runs yet." : `It runs ${runningPair}.`,
      cure: `Adopt ${runningPair ?? "it"} (bulkhead mscs adopt ${node}), or take it down there first.`,
    },
  );
}

/** A service that systemd starts as well runs on both nodes at once. */
function bootUnits({ node, bootUnits: units }: NodeFacts): ValidationTest {
  const it = subject("boot", "Nothing that a group runs starts by itself at boot", node);
  if (units === null) return notNeeded(it, "The node has no systemd.");
  const faults = units.filter(({ isEnabled }) => isEnabled).map(({ unit }) => `${unit} is enabled.`);
  return judged(it, faults, {
    fine: units.map(({ unit }) => unit).join(", ") || "No group runs a service of the system.",
    cure: `On ${node}: systemctl disable --now ${units
      .filter(({ isEnabled }) => isEnabled)
      .map(({ unit }) => unit)
      .join(" ")}`,
  });
}

function owners(policy: MscsPolicy, group: MscsGroup): ValidationTest {
  const it = subject(`owners.${group.name}`, `Group ${group.name} can run on both nodes`);
  const nodes = policy.nodes.map(({ node }) => node);
  const possible = possibleOwnersOf(group, nodes);
  if (possible.length === nodes.length) return passed(it, possible.join(", "));
  if (possible.length === 0)
    return failed(
      it,
      "Its resources leave no node to run on.",
      "Let possibleOwners of its resources meet in a node.",
    );
  return warned(
    it,
    `It runs on ${possible.join(", ")} only, so it cannot fail over.`,
    "Allow both nodes in possibleOwners.",
  );
}

function failback({ name, failback: rule, preferredOwners }: MscsGroup): ValidationTest {
  const it = subject(`failback.${name}`, `Failback of group ${name} has an effect`);
  if (!rule.allow) return passed(it, "It does not fail back.");
  if (preferredOwners.length > 0) return passed(it, `It fails back to ${preferredOwners[0]}.`);
  return warned(it, "It may fail back, but prefers no node.", "Name its preferredOwners.");
}

function hasGroups({ groups }: MscsPolicy): ValidationTest {
  const it = subject("groups", "The pair has groups");
  if (groups.length > 0) return passed(it, groups.map(({ name }) => name).join(", "));
  return warned(it, "Nothing fails over.", "Add a group with resources to the fleet file.");
}
