/**
 * What a host leaves behind, in every delivery mode: nothing. Four hosts, each alone in a cluster of its own mode, join and
 * leave by command, by a release, and by a release after the agent was killed; the interface and the packet filter are
 * compared with what was there before, with rules and addresses of others among it.
 */
import { type DeliveryMode, samplePolicy, sampleRule, type WlbsPolicy } from "@bulkhead/core/wlbs";
import { until } from "../tree.ts";
import { addHost, conclude, type Host, isConverged, killAgent, section, startAgent } from "./scene.ts";
import { inside } from "./wires.ts";

const modes: DeliveryMode[] = ["multicast", "unicast", "igmp", "direct"];
const clusterMacs = ["03:bf:0a:09:00:%", "02:bf:0a:09:00:%", "01:00:5e:7f:00:%", null];

function policyOf(mode: DeliveryMode, at: number): WlbsPolicy {
  const number = 10 + at;
  const sample = samplePolicy(1);
  return {
    ...sample,
    cluster: mode,
    mode,
    vips: [
      { address: `10.9.0.${100 + number}`, prefixLength: 24 },
      { address: `fd09::1${number}`, prefixLength: 64 },
    ],
    clusterMac: clusterMacs[at]?.replace("%", (100 + number).toString(16)) ?? null,
    hosts: sample.hosts.map((host) => ({ ...host, node: `at-${mode}`, dedicatedIp: `10.9.0.${number}` })),
    rules: [
      sampleRule(1, { name: "web" }),
      sampleRule(1, {
        name: "shop",
        startPort: 443,
        endPort: 443,
        affinity: "single",
        affinityTimeoutMin: 5,
      }),
    ],
    heartbeatGroup: `239.255.9.${100 + number}`,
  };
}

/** Lifetimes and counts of packets change by themselves. */
const stateOf = ({ place }: Host): string =>
  inside(
    place,
    "(ip -d addr; ip maddr show dev eth0; bridge fdb show dev eth0; ip route show table all; ip -6 route show table all; ip rule; nft list ruleset; cat /proc/sys/net/ipv4/conf/eth0/*) 2>/dev/null | sed 's/expires [0-9]*sec//'",
  );

const others =
  "table inet theirs { chain in { type filter hook input priority 0; tcp dport 9 drop; }; }; table netdev theirs { chain in { type filter hook ingress device eth0 priority 0; ip saddr 192.0.2.1 drop; }; }";

/** The lines that only one of the two has. */
function difference(before: string, after: string): string[] {
  const [a, b] = [before, after].map((text) => text.split("\n"));
  const only = (some: string[] = [], rest: string[] = []): string[] =>
    some.filter((line) => !rest.includes(line));
  return [...only(a, b).map((line) => `- ${line}`), ...only(b, a).map((line) => `+ ${line}`)];
}

async function serving(host: Host, policy: WlbsPolicy): Promise<void> {
  await startAgent(host, { wlbs: policy });
  await until(`${host.name} to serve`, () => isConverged([host]));
}

async function visit(mode: DeliveryMode, at: number): Promise<unknown> {
  const host = await addHost(`at-${mode}`, 10 + at);
  const policy = policyOf(mode, at);
  inside(
    host.place,
    `nft '${others}'; ip maddr add 01:00:5e:01:02:03 dev eth0; bridge fdb add 02:11:22:33:44:55 dev eth0 self permanent`,
  );
  const before = stateOf(host);
  await serving(host, policy);
  const during = difference(before, stateOf(host)).length;
  await host.agent.ask({ verb: "wlbs.stop" });
  await until("the host to have stopped", () => host.history.at(-1)?.status.state === "stopped");
  // A stopped host goes on listening to the others.
  const heartbeats = [policy.heartbeatGroup, `01:00:5e:7f:09:${(110 + at).toString(16)}`];
  const left = (): string[] =>
    difference(before, stateOf(host)).filter((line) => !heartbeats.some((own) => line.includes(own)));
  // It says that it has stopped when it takes nothing any more; the kernel needs a moment longer.
  await until("the plane to be gone", () => left().length === 0).catch(() => undefined);
  const stopped = left();
  await host.agent.ask({ verb: "wlbs.start" });
  await until("the host to serve", () => isConverged([host]));
  await host.agent.ask({ verb: "release" });
  const released = difference(before, stateOf(host));
  await serving(host, policy);
  await killAgent(host);
  const killed = difference(before, stateOf(host)).length;
  await startAgent(host, { wlbs: policy });
  await host.agent.ask({ verb: "release" });
  return { during, stopped, released, killed, releasedLater: difference(before, stateOf(host)) };
}

await Promise.all(modes.map((mode, at) => section(mode, () => visit(mode, at))));
conclude();
