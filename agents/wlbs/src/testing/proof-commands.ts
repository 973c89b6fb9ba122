/**
 * The proof of commands, probes, keys and threads with real packets, on three hosts: see `proof.ts` for its manners.
 */
import type { RuleState } from "@bulkhead/core/wlbs";
import { answers, leaseLives } from "./kernels.ts";
import {
  client,
  convergenceCounts,
  count,
  first,
  fresh,
  hasReconverged,
  hold,
  hosts,
  isConverged,
  ownedBy,
  policy,
  result,
  ruleOf,
  second,
  section,
  startAgent,
  statusOf,
  steadily,
  third,
  timed,
  whole,
} from "./scene.ts";
import { sharedMs, until } from "./tree.ts";

const check = (name: string): Promise<Record<string, unknown>> => client.ask({ verb: "check", name });
const isWhole = (): boolean => isConverged(hosts, 3);
/** Rule web on host 2: its state, and whether it has buckets there. */
const isWeb = (state: RuleState, hasBuckets: boolean): boolean => {
  const rule = ruleOf(second, "web");
  return rule?.state === state && rule.ownedCount > 0 === hasBuckets;
};

/** New connections to a port, closed again: how many each host took. */
async function takers(port: number, many: number): Promise<Record<string, number>> {
  return steadily(hosts, async () => {
    const connections = await hold("takers", port, many);
    await client.ask({ verb: "drop", name: "takers" });
    return count(connections.map(({ host }) => host));
  });
}

await section("boot", async () => {
  for (const host of hosts) startAgent(host);
  return { convergedMs: await timed("three hosts converge", isWhole) };
});

await section("rule", async () => {
  await hold("shop", 8080, 48);
  const web = await hold("web", 80, 60);
  const target = { target: "all:80" };
  const drained = await second.agent.ask({ verb: "wlbs.drain", args: target });
  await until("host 2 drains web", () => isWeb("draining", false) && isWhole());
  const whileDraining = { open: await check("web"), takers: await takers(80, 40) };
  const disabled = await second.agent.ask({ verb: "wlbs.disable", args: target });
  await until("host 2 blocks web", () => isWeb("disabled", false) && isWhole());
  // Asked one by one, since the connections to host 2 are dead and wait for answers in vain.
  await client.ask({ verb: "drop-silently", name: "web", host: "host-2" });
  const whileDisabled = { open: await check("web"), shop: await check("shop"), takers: await takers(80, 40) };
  const again = await second.agent.ask({ verb: "wlbs.disable", args: target });
  const unknown = await second.agent.ask({ verb: "wlbs.enable", args: { target: "all:81" } });
  const enabled = await second.agent.ask({ verb: "wlbs.enable", args: target });
  await until("host 2 takes web again", () => isWeb("enabled", true) && isWhole());
  await client.ask({ verb: "drop", name: "shop", host: null });
  return {
    codes: [drained, disabled, again, unknown, enabled].map(({ code }) => code),
    onHost2: web.filter(({ host }) => host === "host-2").length,
    whileDraining,
    whileDisabled,
    after: await takers(80, 60),
  };
});

await section("probe", async () => {
  const before = { shop: ruleOf(second, "shop")?.ownedCount };
  second.server.kill("SIGUSR2");
  const failedMs = await timed("the probe fails and web leaves host 2", () => {
    const isFailing = ruleOf(second, "web")?.health === "failing";
    return isFailing && isWeb("enabled", false) && isWhole();
  });
  const facts = {
    failedMs,
    text: ruleOf(second, "web")?.healthText,
    shopKept: ruleOf(second, "shop")?.ownedCount === before.shop,
    others: [first, third].map((host) => ruleOf(host, "web")?.health),
    takers: await takers(80, 40),
  };
  second.server.kill("SIGUSR2");
  const backMs = await timed("the service is back", () => isWeb("enabled", true) && isWhole());
  return { ...facts, backMs, health: ruleOf(second, "web")?.health };
});

await section("deadline", async () => {
  const web = await hold("web", 80, 60);
  const onHost2 = web.filter(({ host }) => host === "host-2").length;
  const since = sharedMs();
  const answer = await second.agent.ask({ verb: "wlbs.drainstop", args: { deadlineS: "3" } });
  // There may be others: of the disabled rule, whose clients were not let through to say farewell.
  await until("host 2 counts its connections", () => {
    return (statusOf(second)?.drain?.openConnections ?? 0) >= onHost2;
  });
  const during = statusOf(second)?.state;
  await until("host 2 stops", () => statusOf(second)?.state === "stopped");
  const stoppedMs = Math.round(sharedMs() - since);
  await client.ask({ verb: "drop-silently", name: "web", host: "host-2" });
  await until("two hosts go on", () => isConverged([first, third], 2));
  const rest = await check("web");
  await second.agent.ask({ verb: "wlbs.start" });
  await until("host 2 is back", isWhole);
  return { answer, onHost2, during, stoppedMs, rest };
});

await section("suspend", async () => {
  const suspended = await second.agent.ask({ verb: "wlbs.suspend" });
  await until("two hosts go on", () => isConverged([first, third], 2));
  const refused = [
    await second.agent.ask({ verb: "wlbs.start" }),
    await second.agent.ask({ verb: "wlbs.enable", args: { target: "all" } }),
  ];
  second.agent.kill("SIGKILL");
  startAgent(second);
  await until("host 2 is suspended after the restart", () => statusOf(second)?.state === "suspended");
  const stillRefused = await second.agent.ask({ verb: "wlbs.start" });
  const resumed = await second.agent.ask({ verb: "wlbs.resume" });
  await until("resume alone does not start it", () => statusOf(second)?.state === "stopped");
  const started = await second.agent.ask({ verb: "wlbs.start" });
  await until("host 2 is back", isWhole);
  return { codes: [suspended, ...refused, stillRefused, resumed, started].map(({ code }) => code) };
});

const key = (id: number): { id: number; key: string } => ({
  id,
  key: Buffer.alloc(32, id === 1 ? 7 : id).toString("base64"),
});

await section("keys", async () => {
  await until("a calm cluster", isWhole);
  const before = convergenceCounts(hosts);
  const steps = [[key(1), key(2)], [key(2), key(1)], [key(2)]];
  for (const heartbeatKeys of steps) {
    for (const host of hosts) {
      const answer = await host.agent.ask({ verb: "policy", secrets: { heartbeatKeys } });
      if (answer["code"] !== "ok") throw new Error(JSON.stringify(answer));
      // The others must have heard this host's beats under the new keys, or not hear it at all.
      const heard = sharedMs();
      await until("a report after the change", () => (host.history.at(-1)?.at ?? 0) > heard + 1_000);
    }
  }
  return {
    convergences: convergenceCounts(hosts).map((now, index) => now - (before[index] ?? 0)),
    rejected: hosts.map((host) => statusOf(host)?.rejectedBeats),
    whole: isWhole(),
  };
});

await section("busy", async () => {
  await until("a calm cluster", isWhole);
  const before = convergenceCounts(hosts);
  const epoch = statusOf(first)?.epoch;
  const blocked = third.agent.ask({ verb: "block", ms: 4_000 });
  const seen: boolean[] = [];
  let isBlocked = true;
  void blocked.finally(() => {
    isBlocked = false;
  });
  while (isBlocked) {
    seen.push(leaseLives(third));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    looks: seen.length,
    leaseLived: seen.filter(Boolean).length,
    epochKept: statusOf(first)?.epoch === epoch,
    convergences: convergenceCounts([first, second]).map((now, index) => now - (before[index] ?? 0)),
  };
});

const areAlone = (): boolean =>
  (ownedBy(first) ?? 0) + (ownedBy(second) ?? 0) === 4096 && isConverged([first, second], 2);

for (const how of ["throw", "hang"] as const) {
  await section(how, async () => {
    await until("a calm cluster", isWhole);
    const web = await hold("web", 80, 60);
    const before = convergenceCounts([first, second]);
    await third.agent.ask({ verb: "break", how });
    // After a fault the next thread is there before the others have missed the host; after a standstill it is not.
    if (how === "hang") await until("the others own everything", areAlone);
    const isBack = (): boolean =>
      hasReconverged([first, second], before) && isWhole() && (ownedBy(third) ?? 0) > 1_000;
    const backMs = await timed("host 3 is back with a new thread", isBack);
    const error = third.history.findLast(({ status }) => status.lastError !== null)?.status.lastError;
    return {
      held: web.length,
      backMs,
      error,
      web: await check("web"),
      fresh: await fresh(hosts, 60),
    };
  });
}

await section("questions", async () => {
  const one = policy.vips[0]?.address ?? "";
  const from = "10.9.0.200:40000";
  const asked = await Promise.all(
    hosts.map(({ agent }) =>
      agent.ask({ verb: "wlbs.filter", args: { protocol: "tcp", from, to: `${one}:80` } }),
    ),
  );
  const words = ["query", "display", "params", "counters"].map((verb) =>
    first.agent.ask({ verb: `wlbs.${verb}` }),
  );
  return {
    accepting: asked.filter(({ data }) => (data as { accepts: boolean }).accepts).length,
    texts: (await Promise.all(words)).map(({ message }) => message),
    port: await first.agent.ask({ verb: "wlbs.queryport", args: { target: `${one}:8080` } }),
    macs: await first.agent.ask({ verb: "wlbs.ip2mac", args: { address: one } }),
    unusable: await first.agent.ask({ verb: "policy", policy: { ...whole, wlbs: { ...policy, hosts: [] } } }),
  };
});

await section("answers", async () => answers());

process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
