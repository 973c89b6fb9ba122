/** A client of the bench that sees, from outside, which buckets of a virtual IP are served. */
import { fileURLToPath } from "node:url";
import { BUCKET_COUNT, bucketOf, type Client } from "@bulkhead/core/wlbs";
import { addPlace, type Program, startReady } from "./wires.ts";

const program = fileURLToPath(new URL("./prober-program.ts", import.meta.url));
const watchEveryMs = 4;
/** Sources that are asked all the time. All buckets of a host come back with one transaction; `sweep` proves it. */
const watchedMax = 32;

/** One source per bucket: index = bucket. Ports below those that the kernel gives away by itself. */
export function sourcePerBucket(addresses: readonly string[], seed: number): Client[] {
  const sources: Client[] = [];
  let found = 0;
  for (let port = 1024; found < BUCKET_COUNT && port < 32_000; port += 1) {
    for (const address of addresses) {
      const bucket = bucketOf("none", { address, port }, seed);
      if (sources[bucket] !== undefined) continue;
      sources[bucket] = { address, port };
      found += 1;
    }
  }
  if (found < BUCKET_COUNT) throw new Error("There are not enough ports for a source in every bucket.");
  return sources;
}

export interface Prober {
  /** Begins to ask the sources with these indexes, a spread few of them when there are many. */
  watch(indexes: readonly number[]): Promise<void>;
  stop(): Promise<void>;
  /** For each watched source, when it was answered after `since` by a host other than `dead`; null: not yet. */
  served(since: number, dead: string): Promise<(number | null)[]>;
  /** How many of the sources got no answer within the limit. */
  sweep(indexes: readonly number[], limitMs: number): Promise<{ silent: number; tookMs: number }>;
  end(): void;
}

/** A client in the net 10.NET.0.0/24 with 16 addresses and the sources that `sources` makes of them. */
export async function addProber(net: number, sources: (addresses: string[]) => Client[]): Promise<Prober> {
  const addresses = Array.from({ length: 16 }, (_, index) => `10.${net}.0.${200 + index}`);
  const place = await addPlace(`h${net}-prober`, addresses);
  const asking = await startReady(place, [process.execPath, program, `10.${net}.0.100`]);
  await openSources(asking, sources(addresses));
  return {
    watch: async (indexes) => {
      const step = Math.max(1, Math.floor(indexes.length / watchedMax));
      const picks = indexes.filter((_, at) => at % step === 0).slice(0, watchedMax);
      await asking.ask({ verb: "watch", indexes: picks, everyMs: watchEveryMs });
    },
    stop: async () => void (await asking.ask({ verb: "watch", indexes: [], everyMs: watchEveryMs })),
    served: async (since, dead) =>
      (await asking.ask({ verb: "served", since, dead }))["times"] as (number | null)[],
    sweep: async (indexes, limitMs) =>
      (await asking.ask({ verb: "sweep", indexes, limitMs })) as { silent: number; tookMs: number },
    end: () => asking.kill("SIGKILL"),
  };
}

/** In parts: a question is one line, and a pipe holds only so much of it at once. */
async function openSources(asking: Program, sources: readonly Client[]): Promise<void> {
  for (let at = 0; at < sources.length; at += 256)
    await asking.ask({ verb: "open", sources: sources.slice(at, at + 256) });
}
