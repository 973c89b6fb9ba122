/** What it costs a host to drop what is not its own: the ingress filter, a plain drop at the same hook, xt_cluster. */
import { fileURLToPath } from "node:url";
import type { Row } from "@bulkhead/testkit/figures/rows";
import { backlogDrops } from "../facts.ts";
import type { Context, Figure } from "../figure.ts";
import { filterMac, filterRuleset, filterVip, foreignClients } from "../ruleset.ts";
import {
  addPlace,
  buildSwitch,
  inside,
  type Place,
  type Program,
  removePlace,
  startReady,
} from "../wires.ts";

const hostCount = 16;
const frameCount = 4096;
const sender = fileURLToPath(new URL("../flood.py", import.meta.url));

const plainDrop =
  'table netdev plain { chain in { type filter hook ingress device "eth0" priority 0; drop; }; }';
/** Split like the others into 32 parts. The last rule drops this host's part too, so that all cost the same way. */
const cluster = [
  "-m cluster --cluster-total-nodes 32 --cluster-local-node 5 --cluster-hash-seed 0x5eed -j MARK --set-mark 1",
  "-m mark ! --mark 1 -j DROP",
  "-j DROP",
];

interface Contender {
  name: string;
  install(host: Place): void;
  remove(host: Place): void;
}

const flush = (host: Place): string => inside(host, "nft flush ruleset");
const byNft = (name: string, script: string): Contender => ({
  name,
  install: (host) => void inside(host, "nft -f -", script),
  remove: flush,
});

/** Where the kernel still has them, the older iptables are the faster ones; xt_cluster shall have the better of both. */
function iptablesOf(host: Place): string {
  return inside(host, "iptables-legacy -S >/dev/null 2>&1 && echo iptables-legacy || echo iptables").trim();
}

function contenders(iptables: string): Contender[] {
  const command = (rule: string): string => `${iptables} -w -t mangle -A PREROUTING -i eth0 ${rule}`;
  return [
    byNft("plain", plainDrop),
    byNft("single", filterRuleset("single")),
    byNft("none", filterRuleset("none")),
    {
      name: "xt_cluster",
      install: (host) => void inside(host, cluster.map(command).join(" && ")),
      remove: (host) => void inside(host, `${iptables} -w -t mangle -F; nft flush ruleset`),
    },
  ];
}

/** Thousand copies per second of processor time: others on this machine take time, but none of this. */
async function measure(flood: Program, seconds: number): Promise<number> {
  const before = backlogDrops();
  const { sent, cpuS } = (await flood.ask({ seconds })) as { sent: number; cpuS: number };
  const lost = backlogDrops() - before;
  if (lost > (sent * hostCount) / 1000)
    throw new Error(
      `The kernel lost ${lost} frames before the filter saw them; too much else runs on this machine.`,
    );
  return (sent * hostCount) / cpuS / 1000;
}

async function rounds(context: Context, hosts: Place[], flood: Program): Promise<Map<string, number[]>> {
  const all = contenders(hosts[0] ? iptablesOf(hosts[0]) : "iptables");
  const results = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  const count = context.isQuick ? 3 : 7;
  for (let round = 1; round <= count; round += 1) {
    for (const { name, install, remove } of all) {
      hosts.forEach(install);
      await measure(flood, 0.2);
      const speed = await measure(flood, context.isQuick ? 1 : 2);
      results.get(name)?.push(speed);
      hosts.forEach(remove);
    }
    context.tell(
      `round ${round} of ${count}: ${[...results].map(([name, v]) => `${name} ${Math.round(v.at(-1) ?? 0)}`).join(", ")}`,
    );
  }
  return results;
}

const note =
  "a switch floods SYN frames of 4,096 clients to 16 hosts, foreign to all of them; sender: Python with the kernel's transmit ring";

function rowsOf(results: Map<string, number[]>): Row[] {
  const sample = (name: string): number[] => results.get(name) ?? [];
  const plain = { name: "plain drop", values: sample("plain") };
  const common = {
    figure: "filter",
    unit: "k copies/s of processor time",
    statistic: "median" as const,
    judged: "ratio" as const,
    note,
  };
  const [single, none] = [
    { ...common, ours: sample("single") },
    { ...common, ours: sample("none") },
  ];
  return [
    {
      ...single,
      what: "foreign frames dropped, affinity single",
      against: plain,
      goal: { atLeast: 0.85 },
      bound: { atLeast: 0.75 },
    },
    {
      ...none,
      what: "foreign frames dropped, affinity none",
      against: plain,
      goal: { atLeast: 0.75 },
      bound: { atLeast: 0.6 },
    },
    {
      ...single,
      what: "the same split, affinity single",
      against: { name: "xt_cluster", values: sample("xt_cluster") },
      goal: { atLeast: 1.4 },
      bound: { atLeast: 1.2 },
    },
  ];
}

export const filter: Figure = {
  name: "filter",
  title: "foreign packets dropped per second at ingress, against a plain drop and xt_cluster",
  needs: [
    { program: "python3", package: "python3" },
    { program: "iptables", package: "iptables" },
  ],
  async run(context) {
    buildSwitch("br-filter");
    const names = Array.from({ length: hostCount }, (_, index) => `f-host-${index + 1}`);
    const hosts = await Promise.all(names.map((name) => addPlace(name, [], "br-filter")));
    const client = await addPlace("f-sender", [], "br-filter");
    const clients = foreignClients(frameCount).map(({ address, port }) => `${address} ${port}`);
    const argv = [
      "taskset",
      "-c",
      "0",
      "python3",
      sender,
      "eth0",
      filterMac,
      filterVip,
      "80",
      clients.join(","),
    ];
    const flood = await startReady(client, argv);
    const results = await rounds(context, hosts, flood);
    flood.kill("SIGKILL");
    [...hosts, client].forEach(removePlace);
    return rowsOf(results);
  },
};
