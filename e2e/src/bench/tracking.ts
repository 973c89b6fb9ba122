/**
 * How long after a change the console shows it: from the moment at which the engine says that an operation ended (its
 * alerts, on the node itself) until the controller's picture has it. The clocks of the lab's nodes are one.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Row } from "@bulkhead/testkit/figures/rows";
import { groupOwner, pairView, wholePair } from "../fleet.ts";
import { bulkhead, inNode, until } from "../system.ts";

const nodes = ["db-1", "db-2"];
const spool = "/var/lib/pacemaker/bulkhead/events";
/** How often the picture is looked at, ms: no delay is told finer than this. */
const lookEveryMs = 40;
/** So long a move is watched after the group is there, ms. */
const afterMs = 3_000;

interface Seen {
  at: number;
  /** Owner of each resource that is online, by its id in the engine. */
  owners: Map<string, string>;
}

/** Looks until `isOver`, and tells what was seen when. */
async function watchPair(isOver: () => boolean): Promise<Seen[]> {
  const seen: Seen[] = [];
  while (!isOver()) {
    const view = await pairView();
    const online = (view?.groups ?? []).flatMap((group) =>
      group.resources.flatMap(({ name, state, owner }) =>
        state === "online" && owner !== null ? [[`${group.name}.${name}`, owner] as const] : [],
      ),
    );
    seen.push({ at: Date.now(), owners: new Map(online) });
    await delay(lookEveryMs);
  }
  return seen;
}

interface Start {
  at: number;
  resource: string;
  node: string;
}

/** Resources that came online since then, as the engine told it. */
async function startsSince(from: number): Promise<Start[]> {
  const starts: Start[] = [];
  for (const node of nodes) {
    const { stdout } = await inNode(node, ["sh", "-c", `cat ${spool}.former ${spool} 2>/dev/null; true`]);
    for (const line of stdout.split("\n")) {
      const [, time, kind, , where = "", resource = "", task, rc] = line.split("\t");
      const at = Number(time) * 1000;
      const isOurs = kind === "resource" && resource.startsWith("sql.");
      if (isOurs && task === "start" && rc === "0" && at >= from) starts.push({ at, resource, node: where });
    }
  }
  return starts;
}

async function moveOnce(): Promise<number[]> {
  await wholePair();
  const owner = await until("an owner of the group", () => groupOwner("sql"));
  const peer = nodes.find((node) => node !== owner) ?? owner;
  let isOver = false;
  const watching = watchPair(() => isOver);
  const from = Date.now();
  try {
    const { code, stderr, stdout } = await bulkhead("mscs", "move", "data:sql", "--to", peer);
    if (code !== 0) throw new Error(`The move was refused: ${stderr || stdout}`);
    await delay(afterMs);
  } finally {
    isOver = true;
  }
  const seen = await watching;
  return (await startsSince(from)).map(({ at, resource, node }) => {
    const first = seen.find((look) => look.at >= at && look.owners.get(resource) === node);
    if (first === undefined) throw new Error(`The picture never showed ${resource} online on ${node}.`);
    return (first.at - at) / 1000;
  });
}

/** Some three values in each round: one for each resource of the group. */
export async function tracking(rounds: number, tell: (text: string) => void): Promise<Row[]> {
  const delays: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const found = await moveOnce();
    delays.push(...found);
    tell(`round ${round}: ${found.map((seconds) => seconds.toFixed(2)).join(", ")} s`);
  }
  const row = {
    figure: "tracking",
    what: "from a change in the engine to the console",
    unit: "s",
    ours: delays,
    against: null,
    judged: "ours",
    bound: null,
  } as const;
  return [
    { ...row, statistic: "median", goal: null, note: "resources that come online in a move" },
    { ...row, statistic: "p99", goal: { atMost: 1 }, note: "" },
  ];
}
