/**
 * Loading exactly one half. In the bundle each half is its own file beside `agent.mjs`; on the checkout it is its
 * workspace. A process that has loaded one half never loads another: the other half's code is not even there.
 */
import type { CreateHalf } from "@bulkhead/runtime";

export type HalfName = "wlbs" | "mscs" | "witness";
export type LoadHalf = (service: HalfName) => Promise<CreateHalf>;

/** Which file holds a half, and under which name it is exported. The witness belongs to the MSCS half. */
const places: Record<HalfName, { folder: "wlbs" | "mscs"; create: string }> = {
  wlbs: { folder: "wlbs", create: "createWlbsHalf" },
  mscs: { folder: "mscs", create: "createMscsHalf" },
  witness: { folder: "mscs", create: "createWitnessHalf" },
};

/** `mainUrl`: `import.meta.url` of the main module. */
export function halfLoader(mainUrl: string): LoadHalf {
  let loaded: string | null = null;
  return async (service) => {
    const { folder, create } = places[service];
    if (loaded !== null && loaded !== folder)
      throw new Error(`this process is a ${loaded} agent; restart it ("systemctl restart bulkhead-agent")`);
    loaded = folder;
    const file = mainUrl.endsWith(".ts") ? `../../${folder}/src/index.ts` : `./${folder}.mjs`;
    const module = (await import(new URL(file, mainUrl).href)) as Record<string, unknown>;
    const half = module[create];
    if (typeof half !== "function") throw new Error(`${file} has no ${create}`);
    return half as CreateHalf;
  };
}
