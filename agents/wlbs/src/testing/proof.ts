/**
 * The proof with real packets: the real half on three hosts, with a static policy, goes through a day of a cluster.
 * Runs as the first process of its own namespaces (see `wlbs.lab.test.ts`), tells of each section on standard error
 * and prints all facts as one line of JSON at the end. Judging them is the test's business. Times are told, not
 * judged: how long things take is up to the machine, what may never happen is not.
 */
import { answers, leaseEnd, leaseLives, settledPackets } from "./kernels.ts";
import {
  client,
  clientPlace,
  convergenceCounts,
  count,
  datagrams,
  drainedBy,
  first,
  fresh,
  type Host,
  hasReconverged,
  hold,
  hosts,
  isConverged,
  outage,
  ownedBy,
  ownerOf,
  policy,
  result,
  second,
  section,
  startAgent,
  statusOf,
  steadily,
  stopProbing,
  third,
  timed,
  vip,
  whole,
} from "./scene.ts";
import { inside, sh, sharedMs, until } from "./tree.ts";

const check = (name: string): Promise<Record<string, unknown>> => client.ask({ verb: "check", name });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

await section("boot", async () => {
  for (const host of hosts) startAgent(host);
  const convergedMs = await timed("three hosts converge", () => isConverged(hosts, 3));
  // Empty on a kernel that does not weigh sessions.
  const weights = hosts.map(({ agent }) => sh(`cat /proc/${agent.pid}/autogroup 2>/dev/null || true`).trim());
  // Policy and priority of every thread; the driver's is to be in real time where that is permitted.
  const mayBeRealTime = sh("chrt --rr 1 true 2>/dev/null && echo yes || true").trim() === "yes";
  const threads = hosts.map(({ agent }) =>
    sh(`for t in /proc/${agent.pid}/task/*; do cut -d' ' -f41 $t/stat; done`),
  );
  const realTime = threads.map((text) => text.split("\n").filter((policy) => policy === "2").length);
  return { convergedMs, weights, mayBeRealTime, realTime };
});

await section("spread", () =>
  steadily(hosts, async () => {
    const before = await settledPackets();
    const web = await hold("web", 80, 200);
    const shop = await hold("shop", 8080, 16);
    const other = await hold("other", 9000, 16);
    const udp = await datagrams(10);
    const { sent, taken, unleased } = await settledPackets();
    return {
      web: count(web.map(({ host }) => host)),
      webAsPredicted: web.filter((one) => one.host === ownerOf("web", one)).length,
      shopAsPredicted: shop.filter((one) => one.host === ownerOf("shop", one)).length,
      unruled: count(other.map(({ host }) => host)),
      datagrams: udp,
      packets: {
        sent: sent - before.sent,
        taken: taken - before.taken,
        unleased: unleased - before.unleased,
      },
      clusterMac: inside(clientPlace, `ip neigh show ${vip}`).includes(policy.clusterMac ?? "none"),
    };
  }),
);

await section("kill", async () => {
  await client.ask({ verb: "probe", port: 80 });
  await pause(300);
  const at = sharedMs();
  third.agent.kill("SIGKILL");
  const convergedMs = await timed("two hosts converge", () => isConverged([first, second], 2));
  const lease = leaseLives(third);
  await pause(300);
  const probes = await stopProbing();
  return {
    convergedMs,
    ...outage(probes, at),
    leaseLives: lease,
    open: await check("web"),
    fresh: await fresh([first, second], 30),
  };
});

await section("return", async () => {
  startAgent(third);
  const convergedMs = await timed("three hosts converge again", () => isConverged(hosts, 3));
  return {
    convergedMs,
    web: await check("web"),
    shop: await check("shop"),
    other: await check("other"),
    fresh: await fresh(hosts, 60),
  };
});

await section("drainstop", async () => {
  await client.ask({ verb: "probe", port: 80 });
  const since = sharedMs();
  const before = convergenceCounts([first, third]);
  const answer = await second.agent.ask({ verb: "wlbs.drainstop" });
  const drainedMs = await timed("host 2 owns nothing", () => {
    const isHandedOver = ownedBy(second) === 0 && hasReconverged([first, third], before);
    return isHandedOver && isConverged([first, third], 3);
  });
  const at = sharedMs();
  await pause(500);
  const probes = await stopProbing();
  const during = { state: statusOf(second)?.state, web: await check("web") };
  for (const name of ["web", "shop", "other"]) await client.ask({ verb: "drop", name, host: "host-2" });
  const stoppedMs = await timed("host 2 stops", () => statusOf(second)?.state === "stopped");
  await until(
    "host 2 gives the address back",
    () => !inside(second.place, "ip -o addr show dev eth0").includes(vip),
  );
  return {
    answer,
    drainedMs,
    during,
    lost: probes.filter(({ at: when, host }) => when >= since && host === null).length,
    newOnHost2: probes.filter(({ at: when, host }) => when >= at && host === "host-2").length,
    stoppedMs,
    rest: await check("web"),
    tablesLeft: inside(second.place, "nft list tables | grep -c bulkhead || true").trim(),
  };
});

await section("hang", async () => {
  await until("two hosts converged", () => isConverged([first, third], 2));
  await client.ask({ verb: "probe", port: 80 });
  await pause(200);
  const at = sharedMs();
  first.agent.kill("SIGSTOP");
  const leaseGoneMs = Math.round((await leaseEnd(first)) - at);
  await until("host 3 owns everything", () => ownedBy(third) === 4096);
  const takenAt =
    third.history.find((seen) => seen.at > at && seen.status.rules[0]?.ownedCount === 4096)?.at ?? 0;
  await pause(300);
  const probes = await stopProbing();
  const hung = await check("web");
  first.agent.kill("SIGCONT");
  const half = (host: Host): boolean => ownedBy(host) === 2048;
  const rejoinedMs = await timed(
    "host 1 rejoins",
    () => half(first) && half(third) && isConverged([first, third], 2),
  );
  return {
    leaseGoneMs,
    takenMs: Math.round(takenAt - at),
    ...outage(probes, at),
    onHost1AfterwardsCount: probes.filter((probe) => probe.host === "host-1" && probe.at > takenAt).length,
    hung,
    rejoinedMs,
    web: await check("web"),
    fresh: await fresh([first, third], 30),
  };
});

await section("restart", async () => {
  await client.ask({ verb: "probe", port: 80 });
  await pause(200);
  const at = sharedMs();
  await third.agent.ask({ verb: "leave" });
  const leftMs = Math.round(sharedMs() - at);
  const kept = inside(third.place, "nft list tables").includes("netdev bulkhead");
  startAgent(third);
  const both = (): boolean => ownedBy(third) === 2048 && isConverged([first, third], 2);
  const backMs = await timed("host 3 is back", both);
  const probes = await stopProbing();
  return {
    leftMs,
    kept,
    backMs,
    ...outage(probes, at),
    web: await check("web"),
    fresh: await fresh([first, third], 30),
  };
});

await section("policy", async () => {
  // Buckets without connections are foreign by now; only then does another hash move connections out of reach.
  const isTrimmed = (host: Host): boolean => (drainedBy(host) ?? 4096) < 300;
  await until("empty draining buckets are released", () => isTrimmed(first) && isTrimmed(third));
  const draining = [first, third].map((host) => drainedBy(host));
  const before = convergenceCounts([first, third]);
  // Another hash for every connection: one rule for all ports, by address.
  const rules = [
    { ...policy.rules[0], name: "all", startPort: 0, endPort: 65_535, protocol: "both", affinity: "single" },
  ];
  const wlbs = { ...policy, rules };
  await Promise.all(
    [first, third].map(({ agent }) => agent.ask({ verb: "policy", policy: { ...whole, wlbs } })),
  );
  await until("the new policy is in force", () => {
    const isShared = [first, third].every((host) => ownedBy(host) === 2048);
    return isShared && hasReconverged([first, third], before) && isConverged([first, third], 2);
  });
  const web = await check("web");
  return { draining, web, fragments: await steadily([first, third], () => datagrams(4000, "all")) };
});

await section("release", async () => {
  const began = sharedMs();
  const answer = third.agent.ask({ verb: "release" });
  await until("host 1 owns all", () => ownedBy(first) === 4096);
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
