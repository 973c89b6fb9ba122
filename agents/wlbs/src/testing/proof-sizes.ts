/**
 * The proof of every size from one host to as many as the scene has: they come one by one, and go again. At each
 * size all buckets are shared evenly, every connection goes where the table says, and old ones stay where they are.
 */
import { answers } from "./kernels.ts";
import { client, fresh, hold, hosts, isConverged, ownedBy, result, section, startAgent } from "./scene.ts";
import { until } from "./tree.ts";

const check = (name: string): Promise<Record<string, unknown>> => client.ask({ verb: "check", name });

async function look(size: number): Promise<unknown> {
  const among = hosts.slice(0, size);
  await until(`${size} hosts share the buckets`, () => {
    const shares = among.map((host) => ownedBy(host) ?? 0);
    const isEven = Math.max(...shares) - Math.min(...shares) <= 1;
    return isEven && shares.reduce((sum, share) => sum + share, 0) === 4096 && isConverged(among, size);
  });
  return { size, fresh: await fresh(among, 40), old: await check("old") };
}

await section("grow", async () => {
  const seen = [];
  for (const [index, host] of hosts.entries()) {
    startAgent(host);
    if (index === 0) {
      await until("one host serves", () => isConverged([host], 1));
      await hold("old", 80, 100);
    }
    seen.push(await look(index + 1));
  }
  return seen;
});

await section("shrink", async () => {
  const seen = [];
  for (let size = hosts.length - 1; size >= 1; size -= 1) {
    const answer = await hosts[size]?.agent.ask({ verb: size % 2 === 0 ? "leave" : "wlbs.stop" });
    seen.push({ answer: answer?.["code"], ...((await look(size)) as object) });
  }
  return seen;
});

await section("answers", async () => answers());

process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
