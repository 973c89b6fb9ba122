/** The faults of the matrix (docs/lab.md): what is done to whom, and what has to come of it. */
import { pair, snapshot } from "../fleet.ts";
import { inNode, lab } from "../system.ts";

/** The nodes as they are when the fault comes. */
export interface Scene {
  /** Owner of group sql. */
  owner: string;
  peer: string;
}

/**
 * `moves`: the groups of the node go to the peer. `restarts`: the application is back on its node. `stays`: nobody notices.
 * `heals`: the group serves again when the fault is undone, and not before. `serves`: it goes on where it is or moves, whichever
 * of two ways is quicker.
 */
export type Expected = "moves" | "restarts" | "stays" | "heals" | "serves";

/** Something that has to be seen, so that a fault which did nothing is no success. */
export interface Sign {
  /** As in "waited in vain for ...". */
  what: string;
  isThere(scene: Scene): Promise<boolean>;
}

export interface Fault {
  name: string;
  /** One line for the table. */
  what: string;
  expected: Expected;
  /** Whom it is to serve again. */
  group: "sql" | "queue";
  inject(scene: Scene): Promise<unknown>;
  /** While the fault lasts. */
  during?: Sign;
  /** When it is undone, beside a pair that is whole. */
  after?: Sign;
}

const kill = (node: string, name: string) => lab({ verb: "kill-process", node, name });

const runsAgain = (name: string): Sign => ({
  what: `${name} to run again`,
  isThere: async ({ owner }) => (await inNode(owner, ["pidof", name])).code === 0,
});

const agentIsBack: Sign = {
  what: "the agent to be connected again",
  isThere: async ({ owner }) =>
    (await snapshot()).nodes.some(({ name, online }) => name === owner && online) &&
    (await runsAgain("bulkhead-agent").isThere({ owner, peer: "" })),
};

/** The picture says so, with a word of why. */
const told = (isProtected: boolean, word: string): Sign => ({
  what: `the pair to be told as ${isProtected ? "protected" : "not protected"}, because of the ${word}`,
  isThere: async () => {
    const protection = (await pair())?.protection;
    return protection?.isProtected === isProtected && protection.why.some((line) => line.includes(word));
  },
});

/** The node that runs the message broker; the owner of sql when there is none. */
async function brokerNode({ owner, peer }: Scene): Promise<string> {
  const runs = await inNode(peer, ["pidof", "mosquitto"]);
  return runs.code === 0 ? peer : owner;
}

export const faults: readonly Fault[] = [
  {
    name: "power",
    what: "power of the owner off",
    expected: "moves",
    group: "sql",
    inject: ({ owner }) => lab({ verb: "kill", node: owner }),
  },
  {
    name: "freeze",
    what: "all processes of the owner stopped",
    expected: "moves",
    group: "sql",
    inject: ({ owner }) => lab({ verb: "freeze", node: owner }),
  },
  {
    name: "cut-all",
    what: "both cables of the owner pulled",
    expected: "moves",
    group: "sql",
    inject: ({ owner }) => lab({ verb: "cut", node: owner, link: "all" }),
  },
  {
    name: "cut-eth0",
    what: "client cable of the owner pulled",
    expected: "moves",
    group: "sql",
    inject: ({ owner }) => lab({ verb: "cut", node: owner, link: "eth0" }),
  },
  {
    name: "cut-hb0",
    what: "second heartbeat cable of the owner pulled",
    expected: "stays",
    group: "sql",
    inject: ({ owner }) => lab({ verb: "cut", node: owner, link: "hb0" }),
    during: told(true, "heartbeat"),
  },
  {
    name: "postgres",
    what: "PostgreSQL killed",
    expected: "restarts",
    group: "sql",
    inject: ({ owner }) => kill(owner, "postgres"),
  },
  {
    name: "mosquitto",
    what: "message broker killed",
    expected: "restarts",
    group: "queue",
    inject: async (scene) => kill(await brokerNode(scene), "mosquitto"),
  },
  {
    name: "corosync",
    what: "corosync of the owner killed",
    // systemd starts it again with qdevice, which requires it. If it is back before the peer has fenced, the engine takes up
    // what runs and nothing stops.
    expected: "serves",
    group: "sql",
    inject: ({ owner }) => kill(owner, "corosync"),
  },
  {
    name: "pacemaker-based",
    what: "pacemaker-based of the owner killed",
    // The same race: pacemakerd starts it again, and the controller joins anew.
    expected: "serves",
    group: "sql",
    inject: ({ owner }) => kill(owner, "pacemaker-based"),
  },
  {
    name: "pacemaker-controld",
    what: "pacemaker-controld of the owner killed",
    expected: "stays",
    group: "sql",
    inject: ({ owner }) => kill(owner, "pacemaker-controld"),
    after: runsAgain("pacemaker-controld"),
  },
  {
    name: "pacemakerd",
    what: "pacemakerd of the owner killed",
    expected: "stays",
    group: "sql",
    inject: ({ owner }) => kill(owner, "pacemakerd"),
    after: runsAgain("pacemakerd"),
  },
  {
    name: "agent",
    what: "agent of the owner killed",
    expected: "stays",
    group: "sql",
    inject: ({ owner }) => kill(owner, "bulkhead-agent"),
    after: agentIsBack,
  },
  {
    name: "witness",
    what: "power of the witness off",
    expected: "stays",
    group: "sql",
    inject: () => lab({ verb: "kill", node: "witness-1" }),
    during: told(false, "witness"),
  },
  {
    name: "disk-full",
    what: "disk of the database full",
    expected: "heals",
    group: "sql",
    inject: ({ owner }) => lab({ verb: "fill", node: owner, path: "/srv/sql" }),
  },
];
