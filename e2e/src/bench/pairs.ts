/** The two pairs of the bench, behind one face: what is done to one is done to the other in the same way. */
import { groupOwner, healAll, pairView, wholePair } from "../fleet.ts";
import { bulkhead, inClient, inNode, lab, until } from "../system.ts";
import { forgetByHand, handAddress, handIsWhole, handNodes, handOwner, moveByHand } from "./by-hand.ts";

export interface BenchPair {
  name: string;
  /** Address and kind of the service that clients ask. */
  service: { kind: "sql" | "mqtt"; address: string };
  nodes: readonly [string, string];
  /** Waits until both nodes are up and the group serves, after undoing every fault. */
  makeWhole(): Promise<void>;
  owner(): Promise<string | null>;
  coordinator(): Promise<string | null>;
  move(to: string): Promise<void>;
}

/**
 * What is remembered of failures is forgotten, as an admin would do after each. The failovers go on counting; the lab's groups have a
 * limit that no bench reaches.
 */
async function ourWhole(): Promise<void> {
  await healAll();
  await wholePair();
  const { code, stdout, stderr } = await bulkhead("mscs", "clear", "data");
  if (code !== 0) throw new Error(`The failures of the pair were not forgotten: ${stderr || stdout}`);
  await wholePair();
}

function ourPair(group: "sql" | "queue", service: BenchPair["service"]): BenchPair {
  return {
    name: "Bulkhead",
    service,
    nodes: ["db-1", "db-2"],
    makeWhole: ourWhole,
    owner: () => groupOwner(group),
    coordinator: async () => (await pairView())?.dc ?? null,
    async move(to) {
      const { code, stderr, stdout } = await bulkhead("mscs", "move", `data:${group}`, "--to", to);
      if (code !== 0) throw new Error(`The move was refused: ${stderr || stdout}`);
    },
  };
}

export const ourSql = ourPair("sql", { kind: "sql", address: "10.77.0.50" });
export const ourQueue = ourPair("queue", { kind: "mqtt", address: "10.77.0.51" });

export const handPair: BenchPair = {
  name: "by hand (pcs)",
  service: { kind: "sql", address: handAddress },
  nodes: handNodes,
  async makeWhole() {
    await healAll();
    await until("the pair that was set up by hand to be whole", handIsWhole, 180_000);
    await forgetByHand();
    await until("the pair that was set up by hand to be whole", handIsWhole, 180_000);
  },
  owner: handOwner,
  async coordinator() {
    const { stdout } = await inNode(handNodes[0], ["crmadmin", "--dc_lookup"]);
    return handNodes.find((node) => stdout.includes(node)) ?? null;
  },
  move: moveByHand,
};

/** How often a client asks, ms: no outage is told finer than this. */
const askEveryMs = 25;

/** What is done to a pair, and how to see that the pair has done its part. */
export interface Deed {
  act(pair: BenchPair, owner: string, peer: string): Promise<unknown>;
  /** Called before the act; what it gives says afterwards whether the service is where it has to be. */
  watch(pair: BenchPair, owner: string, peer: string): Promise<() => Promise<boolean>>;
}

const patienceMs = 180_000;

/**
 * Longest time that clients went without a good answer from the act until the pair is whole again, ms. Clients go on asking
 * until the service is where it has to be: a pair that has noticed nothing yet looks whole, too.
 */
export async function outageMs(pair: BenchPair, deed: Deed): Promise<number> {
  const owner = await until(`an owner of the group of ${pair.name}`, pair.owner);
  const peer = pair.nodes.find((node) => node !== owner) ?? owner;
  const stop = "/tmp/stop-prober";
  await inNode("client", ["rm", "-f", stop, `${stop}.running`]);
  const { kind, address } = pair.service;
  const probing = inClient<number[]>("prober.mjs", kind, address, stop, String(askEveryMs));
  probing.catch(() => undefined);
  await until("the service to answer", async () =>
    (await inNode("client", ["test", "-e", `${stop}.running`])).code === 0 ? true : null,
  );
  const isOver = await deed.watch(pair, owner, peer);
  const at = Date.now();
  await deed.act(pair, owner, peer);
  await until(
    "the service to be where it has to be",
    async () => ((await isOver()) ? true : null),
    patienceMs,
  );
  await pair.makeWhole();
  await inNode("client", ["touch", stop]);
  return longestGapMs(await probing, at);
}

/** Throws when nothing was answered after `from`: then there is no end to tell. */
function longestGapMs(answeredAt: readonly number[], from: number): number {
  const sorted = answeredAt.toSorted((a, b) => a - b);
  const gaps = sorted.flatMap((at, index) => {
    const before = sorted[index - 1];
    return before !== undefined && at > from ? [at - before] : [];
  });
  if (gaps.length === 0) throw new Error("The service did not answer again.");
  return Math.max(...gaps);
}

const isOnPeer: Deed["watch"] = (pair, _, peer) => Promise.resolve(async () => (await pair.owner()) === peer);

/**
 * Process id of the server of that name on a node, if it listens; empty otherwise. A backend that has lost its server lives on
 * for a moment, but listens no more.
 */
async function listening(node: string, name: string, port: number): Promise<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const script = `cat /proc/net/tcp /proc/net/tcp6 | grep -q ':${hex} .* 0A ' && pgrep -o -x ${name}`;
  return (await inNode(node, ["sh", "-c", script])).stdout.trim();
}

export const powerLoss: Deed = {
  act: (_, owner) => lab({ verb: "kill", node: owner }),
  watch: isOnPeer,
};

export const plannedMove: Deed = { act: (pair, _, peer) => pair.move(peer), watch: isOnPeer };

/** Over when another server of that name listens on the node. */
export const killed = (name: string, port: number): Deed => ({
  act: (_, owner) => lab({ verb: "kill-process", node: owner, name }),
  async watch(_, owner) {
    const before = await listening(owner, name, port);
    return async () => !["", before].includes(await listening(owner, name, port));
  },
});
