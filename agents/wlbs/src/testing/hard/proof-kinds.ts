/**
 * Kinds of traffic that several packets or connections of a client make up, through whole agents: clients of extended
 * affinity over a join, large datagrams in fragments.
 */
import { sampleRule, type WlbsPolicy } from "@bulkhead/core/wlbs";
import { until } from "../tree.ts";
import { drop, type Held, hold } from "./clients.ts";
import { flowPlace } from "./flow-place.ts";
import {
  areShared,
  clientPlace,
  conclude,
  file,
  first,
  hosts,
  isConverged,
  policy,
  second,
  section,
  sources4,
  sources6,
  startAgent,
  third,
  vip4,
  vip6,
} from "./scene.ts";
import { start } from "./wires.ts";

const single = (name: string, port: number, more: object = {}): WlbsPolicy["rules"][number] =>
  sampleRule(3, { name, startPort: port, endPort: port, affinity: "single", ...more });

const wlbs: WlbsPolicy = {
  ...policy,
  rules: [
    single("sticky", 8080, { affinityTimeoutMin: 5 }),
    single("plain", 9000),
    single("names", 5300, { endPort: 5309, protocol: "udp" }),
  ],
};

/** One connection from each of the 32 addresses, closed again: which host took each. */
async function ask(port: number): Promise<Map<string, string>> {
  const connections: Held[] = await hold("asked", port, 32);
  await drop("asked");
  return new Map(connections.map(({ address, host }) => [address, host]));
}

const unlike = (a: Map<string, string>, b: Map<string, string>): string[] =>
  [...a].filter(([address, host]) => b.get(address) !== host).map(([address]) => address);

await section("sticky", async () => {
  await Promise.all([first, third].map((host) => startAgent(host, { wlbs })));
  await until("two hosts", () => isConverged([first, third], 2));
  const before = { sticky: await ask(8080), plain: await ask(9000) };
  await startAgent(second, { wlbs });
  await until("three hosts with their shares", areShared);
  const after = { sticky: await ask(8080), plain: await ask(9000) };
  return {
    clients: before.sticky.size,
    moved: unlike(before.sticky, after.sticky),
    movedPlain: unlike(before.plain, after.plain).length,
    again: unlike(before.sticky, await ask(8080)),
  };
});

await section("fragments", async () => {
  const floods = [
    {
      sources: sources4,
      flood: start(clientPlace, [file("flood-program.ts"), vip4, "5302", sources4.join(",")]),
    },
    {
      sources: sources6,
      flood: start(clientPlace, [file("flood-program.ts"), vip6, "5302", sources6.join(",")]),
    },
  ];
  const flows = sources4.map((_, flow) => flow);
  await Promise.all(floods.map(({ flood }) => flood.ask({ flows, bytes: 6_000 })));
  const wanted = floods.flatMap(({ sources }) =>
    flows.map((flow) => Object.values(flowPlace(sources, flow)).join(" ")),
  );
  const got: { host: string; sender: string; bytes: number }[] = [];
  await until("all datagrams, whole", async () => {
    for (const host of hosts) {
      const { senders } = await host.service.ask({ verb: "senders" });
      for (const [sender, { bytes }] of Object.entries(senders as Record<string, { bytes: number }>))
        got.push({ host: host.name, sender, bytes });
    }
    return wanted.every((sender) => got.some((one) => one.sender === sender));
  });
  return {
    datagrams: got.length,
    whole: got.filter(({ bytes }) => bytes === 6_000).length,
    hosts: new Set(got.map(({ host }) => host)).size,
  };
});
conclude();
