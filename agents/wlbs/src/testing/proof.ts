/**
 * The proof with real packets: the real half on three hosts, with a static policy, goes through a day of a cluster.
 * Runs as the first process of its own namespaces (see `wlbs.lab.test.ts`), tells of each section on standard error
 * and prints all facts as one line of JSON at the end. Judging them is the test's business.
 */
import {
  answers,
  type Connection,
  client,
  clientPlace,
  convergenceCounts,
  count,
  first,
  type Host,
  hasReconverged,
  hold,
  hosts,
  isConverged,
  leaseLives,
  outage,
  ownerOf,
  packets,
  policy,
  result,
  second,
  section,
  startAgent,
  statusOf,
  stopProbing,
  third,
  timed,
  vip,
  whole,
} from "./scene.ts";
import { inside, sharedMs, until } from "./tree.ts";

await section("boot", async () => {
  for (const host of hosts) startAgent(host);
  return { convergedMs: await timed("three hosts converge", 15_000, () => isConverged(hosts, 3)) };
});

await section("spread", async () => {
  const web = await hold("web", 80, 200);
  const shop = await hold("shop", 8080, 16);
  const other = await hold("other", 9000, 16);
  const { answers } = (await client.ask({ verb: "datagrams", port: 5300 })) as {
    answers: (Connection & { hosts: string[] })[];
  };
  await until("counters settle", 5_000, () => packets().sent === packets().taken);
  return {
    web: count(web.map(({ host }) => host)),
    webAsPredicted: web.filter((one) => one.host === ownerOf("none", one)).length,
    shopAsPredicted: shop.filter((one) => one.host === ownerOf("network", one)).length,
    unruled: count(other.map(({ host }) => host)),
    datagramsAsPredicted: answers.filter(
      (one) => one.hosts.length === 5 && one.hosts.every((host) => host === ownerOf("single", one)),
    ).length,
    datagramsElsewhere: answers.filter((one) => one.hosts.some((host) => host !== ownerOf("single", one)))
      .length,
    datagramHosts: count(answers.flatMap((one) => one.hosts)),
    packets: packets(),
    clusterMac: inside(clientPlace, `ip neigh show ${vip}`).includes(policy.clusterMac),
  };
});

await section("kill", async () => {
  await client.ask({ verb: "probe", port: 80 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const at = sharedMs();
  third.agent.kill("SIGKILL");
  const convergedMs = await timed("two hosts converge", 10_000, () => isConverged([first, second], 2));
  await until("served for 300 ms", 5_000, () => sharedMs() > at + convergedMs + 300);
  const probes = await stopProbing();
  return {
    convergedMs,
    ...outage(probes, at),
    leaseLives: leaseLives(third),
    open: await client.ask({ verb: "check", name: "web" }),
  };
});

await section("return", async () => {
  startAgent(third);
  const convergedMs = await timed("three hosts converge again", 15_000, () => isConverged(hosts, 3));
  const fresh = await hold("fresh", 80, 60);
  return {
    convergedMs,
    web: await client.ask({ verb: "check", name: "web" }),
    shop: await client.ask({ verb: "check", name: "shop" }),
    other: await client.ask({ verb: "check", name: "other" }),
    fresh: count(fresh.map(({ host }) => host)),
    freshAsPredicted: fresh.filter((one) => one.host === ownerOf("none", one)).length,
  };
});

await section("drainstop", async () => {
  await client.ask({ verb: "probe", port: 80 });
  const since = sharedMs();
  const before = convergenceCounts([first, third]);
  const answer = await second.agent.ask({ verb: "wlbs.drainstop" });
  const drainedMs = await timed("host 2 owns nothing", 5_000, () => {
    const isHandedOver = statusOf(second)?.ownedCount === 0 && hasReconverged([first, third], before);
    return isHandedOver && isConverged([first, third], 3);
  });
  const at = sharedMs();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const probes = await stopProbing();
  const during = { state: statusOf(second)?.state, web: await client.ask({ verb: "check", name: "web" }) };
  for (const name of ["web", "fresh", "shop", "other"])
    await client.ask({ verb: "drop", name, host: "host-2" });
  const stoppedMs = await timed(
    "host 2 stops",
    15_000,
    () => statusOf(second)?.state === "stopped" && statusOf(second)?.members.length !== undefined,
  );
  await until(
    "host 2 gives the address back",
    5_000,
    () => !inside(second.place, "ip -o addr show dev eth0").includes(vip),
  );
  return {
    answer,
    drainedMs,
    during,
    lost: probes.filter(({ at: when, host }) => when >= since && host === null).length,
    newOnHost2: probes.filter(({ at: when, host }) => when >= at && host === "host-2").length,
    stoppedMs,
    rest: await client.ask({ verb: "check", name: "web" }),
    tablesLeft: inside(second.place, "nft list tables | grep -c bulkhead || true").trim(),
  };
});

await section("hang", async () => {
  await until("two hosts converged", 10_000, () => isConverged([first, third], 2));
  await client.ask({ verb: "probe", port: 80 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const at = sharedMs();
  first.agent.kill("SIGSTOP");
  await until("the lease runs out", 5_000, () => !leaseLives(first));
  const leaseGoneMs = Math.round(sharedMs() - at);
  await until("host 3 owns everything", 10_000, () => statusOf(third)?.ownedCount === 4096);
  const takenAt = third.history.find((seen) => seen.at > at && seen.status.ownedCount === 4096)?.at ?? 0;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const probes = await stopProbing();
  const hung = await client.ask({ verb: "check", name: "web" });
  first.agent.kill("SIGCONT");
  const half = (host: Host): boolean => statusOf(host)?.ownedCount === 2048;
  const rejoinedMs = await timed(
    "host 1 rejoins",
    15_000,
    () => half(first) && half(third) && isConverged([first, third], 2),
  );
  return {
    leaseGoneMs,
    takenMs: Math.round(takenAt - at),
    ...outage(probes, at),
    lastOnHost1Ms: Math.round((probes.filter(({ host }) => host === "host-1").at(-1)?.at ?? at) - at),
    hung,
    rejoinedMs,
    web: await client.ask({ verb: "check", name: "web" }),
  };
});

await section("restart", async () => {
  await client.ask({ verb: "probe", port: 80 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const at = sharedMs();
  await third.agent.ask({ verb: "leave" });
  const leftMs = Math.round(sharedMs() - at);
  const kept = inside(third.place, "nft list tables").includes("netdev bulkhead");
  startAgent(third);
  const both = (): boolean => statusOf(third)?.ownedCount === 2048 && isConverged([first, third], 2);
  const backMs = await timed("host 3 is back", 15_000, both);
  const probes = await stopProbing();
  return {
    leftMs,
    kept,
    backMs,
    ...outage(probes, at),
    web: await client.ask({ verb: "check", name: "web" }),
  };
});

await section("policy", async () => {
  // Buckets without connections are foreign by now; only then does another hash move connections out of reach.
  const isTrimmed = (host: Host): boolean => (statusOf(host)?.drainingCount ?? 4096) < 300;
  await until("empty draining buckets are released", 20_000, () => isTrimmed(first) && isTrimmed(third));
  const draining = [first, third].map((host) => statusOf(host)?.drainingCount);
  const before = convergenceCounts([first, third]);
  // Another hash for every connection: one rule for all ports, by address.
  const rules = [
    { ...policy.rules[0], name: "all", startPort: 0, endPort: 65_535, protocol: "both", affinity: "single" },
  ];
  const wlbs = { ...policy, rules };
  await Promise.all(
    [first, third].map(({ agent }) => agent.ask({ verb: "policy", policy: { ...whole, wlbs } })),
  );
  await until("the new policy is in force", 15_000, () => {
    const isShared = [first, third].every((host) => statusOf(host)?.ownedCount === 2048);
    return isShared && hasReconverged([first, third], before) && isConverged([first, third], 2);
  });
  const web = await client.ask({ verb: "check", name: "web" });
  const { answers: large } = (await client.ask({ verb: "datagrams", port: 5300, bytes: 4000 })) as {
    answers: (Connection & { hosts: string[] })[];
  };
  return {
    draining,
    web,
    fragmentsAsPredicted: large.filter(
      (one) => one.hosts.length === 5 && one.hosts.every((host) => host === ownerOf("single", one)),
    ).length,
    fragmentsElsewhere: large.filter((one) => one.hosts.some((host) => host !== ownerOf("single", one)))
      .length,
    fragmentHosts: count(large.flatMap((one) => one.hosts)),
  };
});

await section("release", async () => {
  const began = sharedMs();
  const answer = third.agent.ask({ verb: "release" });
  await until("host 1 owns all", 10_000, () => statusOf(first)?.ownedCount === 4096);
  const aloneMs = Math.round(sharedMs() - began);
  await answer;
  const left = inside(third.place, "nft list tables; ip -o addr show dev eth0; ip maddr show dev eth0");
  return {
    answer,
    aloneMs,
    clean: !left.includes("bulkhead") && !left.includes(vip) && !left.includes("03:bf"),
  };
});

await section("answers", async () => answers());

process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
