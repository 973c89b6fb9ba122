/** What the stories ask of the live picture, and the state in which each of them begins. */
import { bulkhead, inNode, lab, mutate, query, tiers, until } from "./system.ts";

export interface HostSnapshot {
  node: string;
  hostId: number;
  online: boolean;
  status: {
    state: string;
    epoch: string | null;
    /** Why it is not converged. */
    cause: string | null;
    ownedCount: number;
    drainingCount: number;
    drain: { openConnections: number; estimateS: number | null } | null;
    rules: { name: string; state: string; health: string; healthText: string | null; ownedCount: number }[];
    traffic: {
      acceptedPackets: number;
      drainedPackets: number;
      foreignPackets: number;
      strayPackets: number;
      unleasedPackets: number;
    };
  } | null;
}

export interface Snapshot {
  nodes: {
    name: string;
    online: boolean;
    machineId: string;
    generation: { applied: number };
  }[];
  wlbs: {
    name: string;
    mode: string;
    state: string;
    why: string | null;
    epoch: string | null;
    keyRotation: { step: string } | null;
    hosts: HostSnapshot[];
  }[];
  mscs: {
    name: string;
    protection: { isProtected: boolean; why: string[] };
    view: {
      hasQuorum: boolean;
      dc: string | null;
      nodes: { name: string; state: string }[];
      groups: {
        name: string;
        state: string;
        owner: string | null;
        resources: { name: string; state: string; owner: string | null; failCount: number }[];
      }[];
    } | null;
  }[];
}

export const bucketCount = 4096;
export const snapshot = () => query<Snapshot>("fleet.snapshot");

export async function hosts(): Promise<HostSnapshot[]> {
  return (await snapshot()).wlbs[0]?.hosts ?? [];
}

/** The lab's pair; null while the controller does not know it. */
export async function pair() {
  return (await snapshot()).mscs.find(({ name }) => name === "data") ?? null;
}

/** What is seen of the lab's pair; null while nothing is. */
export async function pairView() {
  return (await pair())?.view ?? null;
}

/** Owner of a group of the lab's pair while it is online; null otherwise. */
export async function groupOwner(name: string): Promise<string | null> {
  const group = (await pairView())?.groups.find((item) => item.name === name);
  return group?.state === "online" ? group.owner : null;
}

/** Whether the lab's second group has its message broker: a machine without Mosquitto has none. */
export async function hasBroker(): Promise<boolean> {
  const queue = (await pairView())?.groups.find(({ name }) => name === "queue");
  return queue?.resources.some(({ name }) => name === "broker") ?? false;
}

/** Owner of group `sql` while it is online; null otherwise. */
export const owner = (): Promise<string | null> => groupOwner("sql");

/**
 * All buckets are owned, once each, by the hosts named. Draining ones may be left: they go with the connections that
 * are still open. Rejects with what is seen while that is not so.
 */
export async function servedBy(names: string[]): Promise<true> {
  const all = await hosts();
  const serving = all.filter(
    ({ node, online, status }) => names.includes(node) && online && status?.state === "converged",
  );
  const rules = serving[0]?.status?.rules ?? [];
  const isWhole = rules.every(({ name }) => bucketCount === owned(serving, name));
  const allShare = serving.every(({ node, status }) => names.includes(node) && (status?.ownedCount ?? 0) > 0);
  if (serving.length === names.length && rules.length > 0 && isWhole && allShare) return true;
  throw new Error(all.map(textOf).join("; "));
}

/** A host in a few words, for what was waited for in vain. */
function textOf({ node, online, status }: HostSnapshot): string {
  if (!status) return `${node} ${online ? "online, nothing reported" : "offline"}`;
  const { state, epoch, ownedCount, cause } = status;
  return `${node} ${online ? "online" : "offline"}, ${state}, epoch ${epoch}, ${ownedCount} owned${cause ? ` (${cause})` : ""}`;
}

/** Buckets of a rule that these hosts own together. */
function owned(serving: HostSnapshot[], rule: string): number {
  const views = serving.flatMap(({ status }) => status?.rules.filter(({ name }) => name === rule) ?? []);
  return views.reduce((sum, { ownedCount }) => sum + ownedCount, 0);
}

export const webHosts = ["web-1", "web-2", "web-3"];

/**
 * What can be compared exactly only while buckets stay where they are. On a busy machine a host may be lost for a moment
 * and the cluster shares anew; what was seen meanwhile is looked at again.
 */
export async function steadily<T>(look: () => Promise<T>): Promise<T> {
  const epochs = async () => (await hosts()).map(({ status }) => status?.epoch).join();
  const settled = () => until("all three hosts to serve", () => servedBy(webHosts));
  for (let left = 5; ; left -= 1) {
    await settled();
    const before = await epochs();
    const seen = await look();
    await settled();
    if ((await epochs()) === before) return seen;
    if (left === 0) throw new Error("the cluster does not come to rest");
  }
}

/** Undoes every fault, and what a story that failed has left; waits until all tiers of the lab are whole. */
export async function whole(): Promise<void> {
  await healAll();
  await startAll();
  await until("all three hosts to serve", () => servedBy(webHosts));
  if (tiers.includes("back")) await wholePair();
}

/** Host commands that make a front host take part again, by its state. */
const wayBack: Record<string, string[]> = {
  stopped: ["start"],
  draining: ["start"],
  suspended: ["resume", "start"],
};

async function startAll(): Promise<void> {
  for (const { node, status } of await hosts())
    for (const verb of wayBack[status?.state ?? ""] ?? []) await bulkhead("wlbs", verb, `web:${node}`);
}

/** Undoes every fault of every node. */
export async function healAll(): Promise<void> {
  const { nodes } = (await lab({ verb: "status" })) as unknown as { nodes: { name: string }[] };
  for (const { name } of nodes) await lab({ verb: "heal", node: name });
}

/** Waits until both nodes of the pair are up, all its groups online, and the loss of a node would be survived. */
export async function wholePair(): Promise<void> {
  await until("both nodes of the pair to be up, protected, and its groups online", pairIsWhole, 180_000);
}

async function pairIsWhole(): Promise<true | null> {
  const { view = null, protection } = (await pair()) ?? {};
  if (view === null || protection?.isProtected !== true) return null;
  const isUp = view.hasQuorum && view.nodes.every(({ state }) => state === "up");
  const isServing = view.groups.length > 0 && view.groups.every(({ state }) => state === "online");
  return isUp && isServing ? true : null;
}

/** Stops or starts the client's own steady traffic. */
export async function steadyTraffic(verb: "start" | "stop"): Promise<void> {
  await inNode("client", ["systemctl", verb, "traffic"]);
}

export interface Deployed {
  state: string;
  /** Why it is not done; null = it is. */
  why: string | null;
}

/** Applies the fleet file in force with an edit, and waits until every node has it or one has refused it. */
export async function applyEdited(edit: (yaml: string) => string): Promise<Deployed> {
  const { yaml } = await query<{ yaml: string }>("intent.current");
  const plan = await until("the cluster to be at rest for a plan", async () => {
    const made = await mutate<{
      id: string;
      hash: string;
      report: { plan: unknown; refusals: { rule: string }[] };
    }>("plans.create", { yaml: edit(yaml) });
    return made.report.plan === null && made.report.refusals.every(({ rule }) => rule === "R32")
      ? null
      : made;
  });
  if (plan.report.plan === null)
    throw new Error(`The plan is refused: ${JSON.stringify(plan.report.refusals)}`);
  const { id } = await mutate<{ id: string }>("deployments.start", { planId: plan.id, hash: plan.hash });
  return until(
    "the deployment to end",
    async () => {
      const view = await query<Deployed>("deployments.get", { id });
      return view.state === "running" ? null : view;
    },
    120_000,
  );
}
