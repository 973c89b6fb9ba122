/**
 * Loading exactly one half. In the bundle each half is its own file beside `agent.mjs`; on the checkout it is its
 * workspace. A process that has loaded one half never loads another: the other half's code is not even there.
 */
import type { CreateHalf } from "@bulkhead/runtime";
import { createForeignLook, type ForeignLook } from "./foreign-thread.ts";

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
    const file = fileOf(mainUrl, { source: `../../${folder}/src/index.ts`, bundled: `./${folder}.mjs` });
    const module = (await import(file.href)) as Record<string, unknown>;
    if (typeof module[create] !== "function") throw new Error(`${file.href} has no ${create}`);
    return module[create] as CreateHalf;
  };
}

/** The halves, and the look at a foreign engine, which ends before a half is loaded. */
export function loaders(mainUrl: string): { loadHalf: LoadHalf; foreign: ForeignLook } {
  const foreign = createForeignLook(
    fileOf(mainUrl, { source: "../../mscs/src/foreign-program.ts", bundled: "./mscs-foreign.mjs" }),
  );
  const loadHalf = halfLoader(mainUrl);
  return {
    foreign,
    async loadHalf(service) {
      await foreign.end();
      return loadHalf(service);
    },
  };
}

function fileOf(mainUrl: string, { source, bundled }: { source: string; bundled: string }): URL {
  return new URL(mainUrl.endsWith(".ts") ? source : bundled, mainUrl);
}
