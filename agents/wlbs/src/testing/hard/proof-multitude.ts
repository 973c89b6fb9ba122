/**
 * Many flows and many connections, of both address families: each flow is accepted by exactly one host, and connections
 * stay where they are through a join, a drain of the default host and a change of weights. BULKHEAD_LONG=1 takes ten
 * times as many.
 */
import type { WlbsPolicy } from "@bulkhead/core/wlbs";
import { sharedMs, until } from "../tree.ts";
import { answers, type Checked, check, count, hold } from "./clients.ts";
import { flowPlace } from "./flow-place.ts";
import {
  clientPlace,
  conclude,
  file,
  first,
  hosts,
  isCalm,
  isConverged,
  isWhole,
  ownedBy,
  policy,
  second,
  secrets,
  section,
  sources4,
  sources6,
  startAgent,
  statusOf,
  third,
  timed,
  vip4,
  vip6,
  whole,
} from "./scene.ts";
import { type HardProgram, inside, start } from "./wires.ts";

const isLong = process.env["BULKHEAD_LONG"] === "1";
const connectionCount = isLong ? 5_000 : 500;
const flowCount = isLong ? 100_000 : 10_000;
const silentPort = 5_302;

interface Family {
  sources: readonly string[];
  flood: HardProgram;
}

const family = (vip: string, sources: readonly string[]): Family => ({
  sources,
  flood: start(clientPlace, [file("flood-program.ts"), vip, `${silentPort}`, sources.join(",")]),
});
const families = [family(vip4, sources4), family(vip6, sources6)];
inside(
  clientPlace,
  `nft 'table inet flood { counter sent { }; chain out { type filter hook output priority 0; ip daddr ${vip4} udp dport ${silentPort} counter name sent; ip6 daddr ${vip6} udp dport ${silentPort} counter name sent; }; }'`,
);

const sentPackets = (): number =>
  Number(/packets (\d+)/.exec(inside(clientPlace, "nft list counter inet flood sent"))?.[1]);

/** What the kernels say of the rule: packets accepted, dropped as another's, and dropped for want of a lease. */
function kernels(): { accepted: number; foreign: number; unleased: number } {
  const sum = { accepted: 0, foreign: 0, unleased: 0 };
  for (const host of hosts) {
    const traffic = statusOf(host)?.traffic;
    const rule = traffic?.rules.find(({ name }) => name === "names");
    sum.accepted += rule?.acceptedPackets ?? 0;
    sum.foreign += rule?.foreignPackets ?? 0;
    sum.unleased += traffic?.unleasedPackets ?? 0;
  }
  return sum;
}

/** Which hosts' services have got each flow so far; every look adds to it. */
const got = new Map<string, Set<string>>();
let datagrams = 0;

async function look(): Promise<void> {
  for (const host of hosts) {
    const { senders } = await host.service.ask({ verb: "senders" });
    for (const [sender, { count: times }] of Object.entries(senders as Record<string, { count: number }>)) {
      got.set(sender, (got.get(sender) ?? new Set()).add(host.name));
      datagrams += times;
    }
  }
}

const senderOf = ({ sources }: Family, flow: number): string => {
  const { address, port } = flowPlace(sources, flow);
  return `${address} ${port}`;
};

/** A datagram may be lost on a machine without time; then that flow is asked again. */
async function flood(each: number): Promise<number> {
  const all = Array.from({ length: each }, (_, flow) => flow);
  for (let round = 1; ; round += 1) {
    const missing = families.map((one) => all.filter((flow) => !got.has(senderOf(one, flow))));
    if (missing.every((flows) => flows.length === 0) || round > 5) return round - 1;
    await Promise.all(families.map((one, at) => one.flood.ask({ flows: missing[at] })));
    await look();
  }
}

const join = [first, third];

await section("boot", async () => {
  await Promise.all(hosts.map((host) => startAgent(host)));
  return { calmMs: await timed("a calm cluster", isCalm) };
});

await section("flows", async () => {
  // Neighbours are known from here on: no datagram waits for an answer to that question.
  await hold("first", 80, 4);
  const epoch = statusOf(first)?.epoch;
  const before = { ...kernels(), sent: sentPackets() };
  const began = sharedMs();
  const rounds = await flood(flowCount / 2);
  const tookMs = Math.round(sharedMs() - began);
  const sent = sentPackets() - before.sent;
  await until("the kernels' counters to be read", () => kernels().accepted - before.accepted >= sent);
  await until("the last of them", () => kernels().foreign - before.foreign >= 2 * sent);
  const after = kernels();
  return {
    flows: got.size,
    rounds,
    tookMs,
    onOne: [...got.values()].filter((takers) => takers.size === 1).length,
    hosts: count([...got.values()].flatMap((takers) => [...takers])),
    sent,
    datagrams,
    accepted: after.accepted - before.accepted,
    foreign: after.foreign - before.foreign,
    unleased: after.unleased - before.unleased,
    epochKept: statusOf(first)?.epoch === epoch,
  };
});

async function stage(begin: () => Promise<unknown>, what: string, holds: () => boolean): Promise<unknown> {
  const began = sharedMs();
  await begin();
  await until(what, holds);
  const tookMs = Math.round(sharedMs() - began);
  const checked: Checked = await check("many");
  return { tookMs, check: checked, owned: hosts.map(ownedBy) };
}

await section("open", async () => {
  await second.agent.ask({ verb: "wlbs.stop" });
  await until("two hosts", () => isConverged(join, 2));
  const opened = await hold("many", 80, connectionCount);
  await until("the hosts to count them", () => {
    const open = join.map((host) => statusOf(host)?.rules[0]?.openConnections ?? 0);
    return open.reduce((sum, one) => sum + one, 0) >= connectionCount;
  });
  return { hosts: count(opened.map(({ host }) => host)), check: await check("many") };
});

await section("join", () =>
  stage(
    () => second.agent.ask({ verb: "wlbs.start" }),
    "host 2 to have its share",
    () => isWhole() && hosts.every((host) => (ownedBy(host) ?? 0) > 1_000),
  ),
);

await section("drain", () =>
  stage(
    () => first.agent.ask({ verb: "wlbs.drainstop" }),
    "the others to own everything",
    () => ownedBy(first) === 0 && (ownedBy(second) ?? 0) + (ownedBy(third) ?? 0) === 4096,
  ),
);

await section("undrained", () =>
  stage(
    () => first.agent.ask({ verb: "wlbs.start" }),
    "host 1 to have its share",
    () => isWhole() && hosts.every((host) => (ownedBy(host) ?? 0) > 1_000),
  ),
);

await section("weights", () => {
  const weighted: WlbsPolicy = {
    ...policy,
    rules: policy.rules.map((rule) => ({
      ...rule,
      weights: rule.weights.map(({ hostId }) => ({ hostId, weight: hostId === 1 ? 80 : 10 })),
    })),
  };
  return stage(
    () =>
      Promise.all(hosts.map(({ agent }) => agent.ask({ verb: "apply", policy: whole(weighted), secrets }))),
    "host 1 to have eight tenths",
    () => isWhole() && Math.abs((ownedBy(first) ?? 0) - 3_277) <= 1 && (ownedBy(second) ?? 4_096) <= 410,
  );
});

await section("answers", async () => answers());
conclude();
