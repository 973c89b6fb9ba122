/**
 * The proof with many: connections that stay open through drain, join and a change of weights, and flows of which
 * each is accepted by exactly one host. WLBS_PROOF_CONNECTIONS and WLBS_PROOF_FLOWS say how many.
 */
import type { WlbsPolicy } from "@bulkhead/core/wlbs";
import { answers } from "./kernels.ts";
import {
  client,
  convergenceCounts,
  first,
  hasReconverged,
  hold,
  hosts,
  isConverged,
  ownedBy,
  policy,
  result,
  second,
  section,
  startAgent,
  statusOf,
  steadily,
  third,
  timed,
  whole,
} from "./scene.ts";
import { until } from "./tree.ts";

const many = Number(process.env["WLBS_PROOF_CONNECTIONS"] ?? 500);
const flowCount = Number(process.env["WLBS_PROOF_FLOWS"] ?? 5_000);
const check = (): Promise<Record<string, unknown>> => client.ask({ verb: "check", name: "many" });

await section("boot", async () => {
  for (const host of hosts) startAgent(host);
  return { convergedMs: await timed("three hosts converge", () => isConverged(hosts, 3)) };
});

await section("flows", () =>
  steadily(hosts, () => client.ask({ verb: "flows", port: 5301, count: flowCount })),
);

await section("open", async () => {
  const opened = await hold("many", 80, many);
  await until("the hosts count them", () => {
    const counts = hosts.map((host) => statusOf(host)?.openConnections ?? 0);
    return counts.reduce((sum, count) => sum + count, 0) === many;
  });
  return { answered: opened.filter(({ host }) => host !== "nobody").length, check: await check() };
});

await section("drain", async () => {
  await second.agent.ask({ verb: "wlbs.drainstop" });
  const takenMs = await timed("the others own everything", () => {
    const shares = (ownedBy(first) ?? 0) + (ownedBy(third) ?? 0);
    return shares === 4096 && ownedBy(second) === 0 && isConverged([first, third], 3);
  });
  return { takenMs, state: statusOf(second)?.state, check: await check() };
});

await section("join", async () => {
  const before = convergenceCounts(hosts);
  const answer = await second.agent.ask({ verb: "wlbs.start" });
  const backMs = await timed("host 2 has its share", () => {
    return hasReconverged(hosts, before) && isConverged(hosts, 3) && (ownedBy(second) ?? 0) > 1_000;
  });
  return { answer, backMs, check: await check() };
});

await section("weights", async () => {
  const weighted: WlbsPolicy = {
    ...policy,
    rules: policy.rules.map((rule) => ({
      ...rule,
      weights: rule.weights.map(({ hostId }) => ({ hostId, weight: hostId === 1 ? 80 : 10 })),
    })),
  };
  await Promise.all(
    hosts.map(({ agent }) => agent.ask({ verb: "policy", policy: { ...whole, wlbs: weighted } })),
  );
  await until("host 1 has eight tenths", () => {
    return Math.abs((ownedBy(first) ?? 0) - 3_277) <= 1 && isConverged(hosts, 3);
  });
  return { shares: hosts.map(ownedBy), check: await check() };
});

await section("answers", async () => answers());

process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
