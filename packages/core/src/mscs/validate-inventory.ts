/** Validation, category inventory: two machines that are alike, with everything that the pair needs on each. */

import { clockCure, clockGapText, clockMsMax } from "./clock.ts";
import type { NodeFacts, WitnessFacts } from "./node-facts.ts";
import {
  type Inspected,
  type Inspection,
  judged,
  passed,
  sameOnAll,
  skipped,
  warned,
} from "./validate-facts.ts";
import type { ValidationTest } from "./validation.ts";

const subject = (id: string, title: string, node?: string) => ({
  id: `inventory.${id}`,
  category: "inventory" as const,
  title,
  ...(node === undefined ? {} : { node }),
});

export function inventoryTests(inspection: Inspection): ValidationTest[] {
  return [
    ...inspection.nodes.map(answers),
    ...(inspection.witness === null ? [] : [answers(inspection.witness)]),
    differentMachines(inspection),
    sameOnAll(subject("os", "Same operating system"), inspection, {
      of: ({ system }) => system.os,
      cure: "Bring both nodes to the same release: agents and databases of different releases do not fit together.",
    }),
    sameOnAll(subject("architecture", "Same processor architecture"), inspection, {
      of: ({ system }) => system.architecture,
      cure: "Use two machines of one architecture: data files are not portable between them.",
    }),
    sameOnAll(subject("engine", "Same versions of the engine"), inspection, {
      of: (facts) => versionsText(facts, ["corosync", "pacemakerd"]),
      cure: "Install the same versions of corosync and pacemaker on both nodes.",
    }),
    kernels(inspection),
    ...inspection.known.flatMap((facts) => [programs(facts), resourceAgents(facts)]),
    postgresVersions(inspection),
    ...clocks(inspection),
  ];
}

function answers({ node, facts, why }: Inspected<NodeFacts | WitnessFacts>): ValidationTest {
  const it = subject("answers", "The machine could be inspected", node);
  if (facts !== null) return passed(it, `${facts.system.os}, kernel ${facts.system.kernel}`);
  return judged(it, [why ?? "It did not answer."], {
    fine: "",
    cure: `Enrol ${node} and let its agent connect, then run the validation again.`,
  });
}

function differentMachines({ nodes, witness }: Inspection): ValidationTest {
  const all = [...nodes, ...(witness === null ? [] : [witness])];
  const seen = all.flatMap(({ node, facts }) =>
    facts === null ? [] : [{ node, id: facts.system.machineId }],
  );
  const faults = seen.flatMap(({ node, id }, index) => {
    const twin = seen.slice(0, index).find((other) => other.id === id);
    return twin ? [`${twin.node} and ${node} are the same machine (machine ID ${id}).`] : [];
  });
  return judged(subject("machines", "Nodes and witness are different machines"), faults, {
    fine: `${seen.length} machines with different machine IDs`,
    cure: "Use a machine of its own for each. A cloned machine needs a new machine ID (systemd-machine-id-setup).",
  });
}

/** Different kernels work, and are what a rolling update looks like. */
function kernels({ known }: Inspection): ValidationTest {
  const it = subject("kernel", "Same kernel");
  const [a, b] = known;
  if (!a || !b) return skipped(it, "Both nodes must have answered to be compared.");
  if (a.system.kernel === b.system.kernel) return passed(it, a.system.kernel);
  return warned(
    it,
    `${a.node} runs ${a.system.kernel}, ${b.node} runs ${b.system.kernel}`,
    "Bring both nodes to the same kernel when an update is through.",
  );
}

function programs({ node, programs: list }: NodeFacts): ValidationTest {
  const missing = list
    .filter(({ version }) => version === null)
    .map(({ name }) => `${name} is not installed.`);
  return judged(subject("programs", "The engine is installed", node), missing, {
    fine: list.map(({ name, version }) => (version === "unknown" ? name : `${name} ${version}`)).join(", "),
    cure: "apt-get install --no-install-recommends pacemaker pacemaker-cli-utils corosync corosync-qdevice resource-agents",
  });
}

function resourceAgents({ node, agents }: NodeFacts): ValidationTest {
  const missing = agents
    .filter(({ isInstalled }) => !isInstalled)
    .map(({ agent }) => `${agent} is not installed.`);
  return judged(subject("agents", "Resource and fence agents are installed", node), missing, {
    fine: agents.map(({ agent }) => agent).join(", ") || "The policy needs none.",
    cure: `Install the package that brings the agent on ${node} (resource-agents, fence-agents, or the service itself).`,
  });
}

function postgresVersions(inspection: Inspection): ValidationTest {
  const it = subject("postgresql", "Same version of PostgreSQL");
  if (inspection.known.every(({ postgres }) => postgres.length === 0))
    return passed(it, "The pair runs no PostgreSQL.");
  const missing = inspection.known.flatMap(({ node, postgres }) =>
    postgres
      .filter(({ version }) => version === null)
      .map(({ resource }) => `${node} has no server for ${resource}.`),
  );
  if (missing.length > 0)
    return judged(it, missing, { fine: "", cure: "Install the same PostgreSQL on both nodes." });
  return sameOnAll(it, inspection, {
    of: ({ postgres }) => postgres.map(({ resource, version }) => `${resource}: ${version}`).join(", "),
    cure: "Install the same major version on both nodes: a server does not open the data of another one.",
  });
}

function versionsText({ programs: list }: NodeFacts, names: readonly string[]): string {
  return names
    .map((name) => `${name} ${list.find((program) => program.name === name)?.version ?? "not installed"}`)
    .join(", ");
}

function clocks({ nodes, witness }: Inspection): ValidationTest[] {
  const all = [...nodes, ...(witness === null ? [] : [witness])].filter(({ facts }) => facts !== null);
  return all.map((item) => {
    const it = subject("clock", "The clock is right, and is kept right", item.node);
    if (item.clockAheadMs === null) return skipped(it, "The clock could not be compared.");
    const off = Math.abs(item.clockAheadMs) - item.clockSlackMs;
    const found = clockText(item.clockAheadMs, item.clockSlackMs);
    const cure = clockCure;
    if (off > clockMsMax) return judged(it, [found], { fine: "", cure });
    const isKept = item.facts?.system.isClockKept ?? null;
    return isKept === false ? warned(it, `${found}, but no time service keeps it.`, cure) : passed(it, found);
  });
}

function clockText(aheadMs: number, slackMs: number): string {
  return `${clockGapText(aheadMs)} the controller (± ${(slackMs / 1000).toFixed(1)} s)`;
}
