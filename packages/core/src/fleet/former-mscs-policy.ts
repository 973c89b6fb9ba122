/**
 * MSCS policies as they were written before groups and resources had all their properties: nodes and the database still hold
 * some. Read once, at the door, into the present form. Here and not in mscs, because the frame of the agent reads
 * policies and holds no code of either tier.
 */
import { networkOf } from "./addresses.ts";

interface FormerCommon {
  name: string;
  dependsOn: string[];
  restart: { threshold: number; periodS: number };
}

export type FormerMscsResource = FormerCommon &
  (
    | { type: "ipAddress"; address: string; prefixLength: number; interface: string }
    | { type: "filesystem"; device: string; mount: string; fs: string }
    | { type: "postgresql"; dataDir: string; binDir: string | null; port: number }
  );

export interface FormerMscsPolicy {
  cluster: string;
  nodes: [
    { node: string; nodeId: number; address: string },
    { node: string; nodeId: number; address: string },
  ];
  witness: { node: string; address: string };
  fencing: { agent: string; nodes: Record<string, Record<string, string>> };
  tokenMs: number;
  groups: {
    name: string;
    preferredOwners: string[];
    failback: { allow: boolean; windowHours: [number, number] | null };
    failover: { threshold: number; periodHours: number };
    resources: FormerMscsResource[];
  }[];
}

export function isFormerMscs(policy: object): policy is FormerMscsPolicy {
  return !("engine" in policy);
}

/** An `MscsPolicy`; whoever uses it as one has that checked by the compiler. What it did not say is at its default. */
export function fromFormerMscs(former: FormerMscsPolicy) {
  const [first, second] = former.nodes;
  return {
    ...former,
    engine: "made" as const,
    nodes: [
      { ...first, secondAddress: null },
      { ...second, secondAddress: null },
    ] satisfies [unknown, unknown],
    networks: networksOf(former),
    fencing: { ...former.fencing, parameters: {} },
    groups: former.groups.map((group) => ({
      ...group,
      priority: "medium" as const,
      antiAffinity: [],
      persistentState: true,
      resources: group.resources.map(resourceFromFormer),
    })),
  };
}

/** The one that the group addresses are in, as the planner names it where the file names none. */
function networksOf({ groups }: FormerMscsPolicy) {
  const first = groups.flatMap(({ resources }) => resources).find(({ type }) => type === "ipAddress");
  if (first?.type !== "ipAddress") return [];
  const { address, prefixLength } = networkOf(first);
  const subnet = `${address}/${prefixLength}`;
  return [{ name: "service", subnet, role: "both" as const, link: 0 as const }];
}

function resourceFromFormer(former: FormerMscsResource) {
  const common = {
    possibleOwners: [],
    restart: { ...former.restart, action: "failover" as const, delayMs: 500 },
    pendingTimeoutS: null,
    looksAliveS: null,
    isAliveS: null,
    retryAfterS: 3600,
  };
  return former.type === "filesystem" ? { ...former, ...common, options: "" } : { ...former, ...common };
}
