/** The WLBS half of the agent: heartbeats, convergence and the kernel's data plane of one host. */
import { readFile } from "node:fs/promises";
import { openBeats } from "@bulkhead/net";
import { NftRunner } from "@bulkhead/nft";
import type { CreateHalf } from "@bulkhead/runtime";
import type { WlbsPorts } from "./ports.ts";
import { precedeServices } from "./precedence.ts";
import { wlbsHalf } from "./wlbs-half.ts";

const realPorts: WlbsPorts = {
  openBeats,
  createDriver: () => new NftRunner(),
  async readSocketTables() {
    const tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
    // A kernel without IPv6 has no second table.
    const texts = tables.map((path) => readFile(path, "utf8").catch(() => ""));
    return (await Promise.all(texts)).join("\n");
  },
};

/** What the agent's frame loads on a WLBS host. */
export const createWlbsHalf: CreateHalf = (context) => {
  precedeServices();
  return wlbsHalf(context, realPorts);
};
