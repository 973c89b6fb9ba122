/** Waits for the end of an act and tells its steps as they come. */
import { setTimeout as pause } from "node:timers/promises";
import type { MscsAct } from "@bulkhead/core/mscs";
import type { Api } from "../../connect.ts";

export type PairAct = MscsAct & { node: string };

const everyMs = 400;
/** Beyond the deadline of the act: its end has to come over the link, and the clocks of the machines differ. */
const graceMs = 30_000;

export interface Following {
  cluster: string;
  /** Called once for each new step. */
  tell(line: string): void;
  /** Tests replace it. */
  now?: () => number;
}

/** The act as it ended, or as it was last known when its end has not come in time. */
export async function followAct(api: Api, begun: PairAct, following: Following): Promise<PairAct> {
  const { cluster, tell, now = Date.now } = following;
  const end = now() + Math.max(0, begun.deadlineAt - begun.startedAt) + graceMs;
  let act = begun;
  let told = 0;
  for (;;) {
    for (const { text } of act.steps.slice(told)) tell(text);
    told = act.steps.length;
    if (act.state !== "running" || now() > end) return act;
    await pause(everyMs);
    const { mscs } = await api.fleet.snapshot.query();
    const pair = mscs.find(({ name }) => name === cluster);
    act = pair?.acts.find(({ id }) => id === act.id) ?? act;
  }
}

/** How an act ended, in one line. */
export function endText({ order, state, message, node, startedAt, endedAt }: PairAct): string {
  const took = endedAt === null ? "" : ` (${((endedAt - startedAt) / 1000).toFixed(1)} s)`;
  const what = `${order.verb} ${order.object.name}`;
  if (state === "running")
    return `${what}: its end is not known; ${message} Look at the pair before you repeat it (bulkhead mscs show).`;
  return `${what}: ${state}${took}, ${message} (by ${node})`;
}
