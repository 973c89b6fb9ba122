/**
 * Hardships of the segment: other machines, other keys, other clocks, a switch that filters, a cluster that falls apart. What
 * is seen must be said by name within seconds, and nothing else may change.
 */
import type { WlbsPolicy, WlbsStatus } from "@bulkhead/core/wlbs";
import { sh, sharedMs, until } from "../tree.ts";
import { answers, check, hold, takers } from "./clients.ts";
import {
  addHost,
  areShared,
  complaints,
  conclude,
  findingOf,
  findingWithin,
  first,
  forgedSecrets,
  hosts,
  isCalm,
  isConverged,
  killAgent,
  policy,
  second,
  section,
  startAgent,
  statusOf,
  strangeSecrets,
  third,
  timed,
  vip4,
  vip6,
} from "./scene.ts";
import { addPlace, inside } from "./wires.ts";

const calm = (): Promise<number> => timed("a calm cluster", isCalm);
/** Until no host reports it any more. */
const over = (kind: string): Promise<number> =>
  timed(`${kind} to end`, () => hosts.every((host) => findingOf(host, kind) === undefined));

const stranger = await addHost("host-4", 4);
const intruder = await addPlace("intruder", 66);

await section("boot", async () => {
  const codes = await Promise.all(hosts.map((host) => startAgent(host)));
  return { codes, calmMs: await calm() };
});

// Needs the longest: after a filter is there, receivers remember a frame for ten seconds.
const filteredAt = sharedMs();
sh(
  "nft 'table bridge filter { chain in { type filter hook prerouting priority 0; iifname host-3 ether daddr 03:bf:0a:09:00:64 drop; }; }'",
);

const isMember = ({ members }: WlbsStatus, node: string): boolean =>
  members.some((member) => member.node === node && member.isMember);

/** A fourth host with this policy and these keys joins the segment; what the others and it say. */
async function visited(how: {
  policy: WlbsPolicy;
  secrets?: typeof strangeSecrets;
  kind: string;
}): Promise<unknown> {
  const held = await hold("held", 80, 60);
  await startAgent(stranger, { wlbs: how.policy, ...(how.secrets ? { given: how.secrets } : {}) });
  const findings = await Promise.all([first, second].map((host) => findingWithin(host, how.kind)));
  await until("its own view of it", () => complaints(stranger).length > 0);
  const own = statusOf(stranger)?.findings;
  const isAdmitted = hosts.some(({ history }) => history.some(({ status }) => isMember(status, "host-4")));
  await stranger.agent.ask({ verb: "release" });
  return { finding: findings[0], own, isAdmitted, held: await check("held"), of: held.length };
}

/** The stranger's policy: it is host 4 of the same cluster, or takes the place of another. */
function policyOfFour(hostId: number): WlbsPolicy {
  const others = policy.hosts.filter((host) => host.hostId !== hostId);
  const row = {
    ...(policy.hosts[0] as WlbsPolicy["hosts"][number]),
    node: "host-4",
    hostId,
    dedicatedIp: "10.9.0.4",
  };
  return { ...policy, hosts: [...others, row].toSorted((a, b) => a.hostId - b.hostId) };
}

await section("duplicate host id", () => visited({ policy: policyOfFour(2), kind: "duplicate-host-id" }));
await section("forged", () =>
  visited({ policy: policyOfFour(4), secrets: forgedSecrets, kind: "forged-beats" }),
);
await section("strange key", () =>
  visited({ policy: policyOfFour(4), secrets: strangeSecrets, kind: "wrong-key" }),
);

await section("filtered", async () => {
  const findings = await Promise.all(
    [first, second].map((host) => findingWithin(host, "cluster-mac-blocked", filteredAt)),
  );
  const onThird = findingOf(third, "cluster-mac-blocked") ?? null;
  sh("nft delete table bridge filter");
  return { findings, onThird };
});

await section("duplicate vip", async () => {
  const since = sharedMs();
  inside(intruder, `ip addr add ${vip4}/32 dev eth0; ip addr add ${vip6}/128 dev eth0 nodad`);
  const found = await findingWithin(first, "duplicate-vip", since);
  await until(
    "both addresses",
    () => (statusOf(first)?.findings ?? []).filter(({ kind }) => kind === "duplicate-vip").length === 2,
  );
  const bothMs = Math.round(sharedMs() - since);
  inside(intruder, `ip addr del ${vip4}/32 dev eth0; ip addr del ${vip6}/128 dev eth0`);
  return { found, bothMs };
});

await section("split", async () => {
  const held = await hold("held", 80, 60);
  sh("ip link add br1 type bridge mcast_snooping 0; ip link set br1 up; ip link set host-3 master br1");
  const apart = (): boolean => isConverged([first, second], 2) && isConverged([third], 1);
  const apartMs = await timed("two clusters", apart);
  const since = sharedMs();
  sh("ip link set host-3 master br0");
  const sides = await Promise.all(
    [first, third].map((host) => findingWithin(host, "two-coordinators", since)),
  );
  return {
    apartMs,
    sides,
    wholeMs: await timed("one cluster", areShared),
    held: await check("held"),
    of: held.length,
  };
});

await section("clock jumps", async () => {
  await third.agent.ask({ verb: "strain", how: { skewMs: 3_600_000 } });
  const since = sharedMs();
  // Longer than a host is missed.
  await until("reports after the jump", () => (third.history.at(-1)?.at ?? 0) > since + 2_000);
  return {
    stale: hosts.map((host) => statusOf(host)?.rejectedBeats["stale"] ?? 0),
    isSaid: hosts.some((host) => findingOf(host, "clock-skew") !== undefined),
    takers: await takers(),
  };
});

await section("wrong clock", async () => {
  await killAgent(third);
  await until("two hosts", () => isConverged([first, second], 2));
  await startAgent(third, { skewMs: 3_600_000 });
  const findings = await Promise.all([first, third].map((host) => findingWithin(host, "clock-skew")));
  await third.agent.ask({ verb: "strain", how: { skewMs: 0 } });
  return { findings, wholeMs: await timed("one cluster", areShared) };
});

await section("after", async () => {
  for (const kind of ["cluster-mac-blocked", "duplicate-vip"]) await over(kind);
  return { takers: await takers() };
});
await section("answers", async () => answers());
conclude();
