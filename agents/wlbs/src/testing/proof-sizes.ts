/**
 * The proof of sizes from one host to as many as the scene has: up to eight they come and go one by one, from there on eight at
 * once. At each size all buckets are shared evenly, every connection goes where the table says, and old ones stay where they are.
 */
import { answers } from "./kernels.ts";
import {
  client,
  fresh,
  hold,
  hosts,
  isConverged,
  ownedBy,
  result,
  section,
  startAgent,
  statusOf,
} from "./scene.ts";
import { sizesTo } from "./sizes.ts";
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

const sizes = sizesTo(hosts.length);

await section("grow", async () => {
  const seen = [];
  for (const [index, size] of sizes.entries()) {
    for (const host of hosts.slice(sizes[index - 1] ?? 0, size)) {
      startAgent(host);
      // One after the other: eight programs that start at once leave a small machine no time for those that run.
      await until(`${host.name} to say how it is`, () => statusOf(host) !== undefined);
    }
    if (size === 1) {
      await until("one host serves", () => isConverged(hosts.slice(0, 1), 1));
      await hold("old", 80, 100);
    }
    seen.push(await look(size));
  }
  return seen;
});

await section("shrink", async () => {
  const seen = [];
  for (const [index, size] of [...sizes.slice(0, -1).entries()].toReversed()) {
    const leaving = hosts.slice(size, sizes[index + 1]);
    const answers = await Promise.all(
      leaving.map((host, at) => host.agent.ask({ verb: at % 2 === 0 ? "leave" : "wlbs.stop" })),
    );
    seen.push({ answers: answers.map((answer) => answer["code"]), ...((await look(size)) as object) });
  }
  return seen;
});

await section("answers", async () => answers());

process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
