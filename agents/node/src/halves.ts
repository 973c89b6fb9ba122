/**
 * Loading exactly one half. In the bundle each half is its own file beside `agent.mjs`; on the checkout it is its
 * workspace. A process that has loaded one half never loads another: the other half's code is not even there.
 */
import type { CommandResult, CommandVerb, InventoryReport } from "@bulkhead/protocol";
import type { CreateHalf } from "@bulkhead/runtime";

export type HalfName = "wlbs" | "mscs" | "witness";
export type LoadHalf = (service: HalfName) => Promise<CreateHalf>;

/** Which file holds a half, and under which name it is exported. The witness belongs to the MSCS half. */
const places: Record<HalfName, { folder: "wlbs" | "mscs"; create: string }> = {
  wlbs: { folder: "wlbs", create: "createWlbsHalf" },
  mscs: { folder: "mscs", create: "createMscsHalf" },
  witness: { folder: "mscs", create: "createWitnessHalf" },
};

/** What the MSCS half offers to a node without a service: a look at an engine that somebody else has set up. */
export interface ForeignHalf {
  readForeignPair(): Promise<InventoryReport["foreignPair"]>;
  answerStranger(verb: CommandVerb, args: Record<string, string>): Promise<CommandResult>;
}

export type LoadForeign = () => Promise<ForeignHalf>;

/** `mainUrl`: `import.meta.url` of the main module. */
export function halfLoader(mainUrl: string): LoadHalf {
  return halvesLoader(mainUrl).loadHalf;
}

/** Both share the rule of one half for one process: who has looked at a foreign engine is an MSCS agent. */
export function halvesLoader(mainUrl: string): { loadHalf: LoadHalf; loadForeign: LoadForeign } {
  let loaded: string | null = null;

  async function load(folder: "wlbs" | "mscs", name: string): Promise<Record<string, unknown>> {
    if (loaded !== null && loaded !== folder)
      throw new Error(`this process is a ${loaded} agent; restart it ("systemctl restart bulkhead-agent")`);
    loaded = folder;
    const file = mainUrl.endsWith(".ts") ? `../../${folder}/src/index.ts` : `./${folder}.mjs`;
    const module = (await import(new URL(file, mainUrl).href)) as Record<string, unknown>;
    if (typeof module[name] !== "function") throw new Error(`${file} has no ${name}`);
    return module;
  }

  return {
    async loadHalf(service) {
      const { folder, create } = places[service];
      return (await load(folder, create))[create] as CreateHalf;
    },
    loadForeign: async () => (await load("mscs", "readForeignPair")) as unknown as ForeignHalf,
  };
}
