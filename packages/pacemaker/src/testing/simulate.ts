/** Lets Pacemaker's own scheduler carry a compiled CIB on, without an engine: what runs where after each event. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CibModel } from "@bulkhead/core/mscs";
import { newCib } from "../cib-xml.ts";
import { execute } from "../execute.ts";

export interface Simulation {
  /** Arguments of crm_simulate, for example `-d db-1`. Rejects when the scheduler complains. Returns what it prints. */
  step(...events: string[]): Promise<string>;
  /** Node of a resource after the last step; null = stopped. */
  ownerOf(id: string): string | null;
  /** The actions of the last step, for example `sql.db stop on db-1`; monitors are left out. */
  actions(): string[];
}

/**
 * Both nodes up and clean, as the engine would record them: then the scheduler places the groups. Without a feature set it
 * takes the CIB for one of long ago and counts no failures.
 */
export function withNodesUp(cib: string, names: readonly string[]): string {
  const nodes = names.map((name, index) => `<node id="${index + 1}" uname="${name}"/>`).join("");
  const states = names
    .map(
      (name, index) =>
        `<node_state id="${index + 1}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${index + 1}"><lrm_resources/></lrm></node_state>`,
    )
    .join("");
  return cib
    .replace("<cib ", `<cib crm_feature_set="3.1.0" have-quorum="1" dc-uuid="1" `)
    .replace("<nodes/>", `<nodes>${nodes}</nodes>`)
    .replace("<status/>", `<status>${states}</status>`);
}

/** Begins with both nodes up and nothing started; the first step starts. */
export async function simulate(
  model: CibModel,
  use: (simulation: Simulation) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-simulate-"));
  const file = join(directory, "cib.xml");
  let last = "";
  try {
    await writeFile(file, withNodesUp(newCib(model), ["db-1", "db-2"]));
    await use({
      async step(...events) {
        const done = await execute("crm_simulate", ["-x", file, "-S", "-O", file, ...events]);
        if (done.code !== 0) throw new Error(done.stderr || done.stdout);
        last = done.stdout;
        return last;
      },
      ownerOf: (id) =>
        last.split("Revised Cluster Status:")[1]?.match(new RegExp(`\\* ${id}\\s.*Started (\\S+)`))?.[1] ??
        null,
      actions: () =>
        [...last.matchAll(/Resource action: (\S+)\s+(start|stop) on (\S+)/g)].map(
          ([, id, action, node]) => `${id} ${action} on ${node}`,
        ),
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}
