/** An `ApiContext` in memory for the tests of the procedures: records every call, answers what a test sets. */
import type { Refusal } from "@bulkhead/core/fleet";
import type { Actor, ApiContext, DeploymentView, Missing, PlanView } from "../context.ts";
import type { FleetSnapshot } from "../snapshot.ts";
import { memoryMscs } from "./memory-mscs.ts";

export const admin: Actor = { kind: "user", id: "u1", name: "Ada" };

export const sampleRefusal: Refusal = {
  rule: "R1",
  severity: "error",
  objects: [{ kind: "node", name: "web-1" }],
  message: "web-1 is in WLBS cluster web and in MSCS pair data",
  reason: "The two services never share a node (KB Q223157).",
  cure: "Take web-1 out of one of the two.",
};

export interface MemoryContext extends ApiContext {
  /** `nodes.revoke web-1` and the like, oldest first. */
  calls: string[];
  /** What the next refusable call answers. */
  refusal: Refusal | null;
  snapshots: FleetSnapshot[];
  plan: PlanView | null;
  deployment: DeploymentView | null;
}

type Note = (...words: unknown[]) => void;

/** Signed in as `actor`; null for nobody. */
export function memoryContext(actor: Actor | null): MemoryContext {
  const calls: string[] = [];
  const note: Note = (...words) => {
    calls.push(words.map((word) => (typeof word === "string" ? word : JSON.stringify(word))).join(" "));
  };
  const state = {
    actor,
    calls,
    refusal: null,
    snapshots: [{ at: 1, fleetName: "test", nodes: [], wlbs: [], mscs: [], violations: [] }],
    plan: null,
    deployment: null,
  };
  const context = { ...state } as unknown as MemoryContext;
  return Object.assign(
    context,
    fleetParts(context, note),
    deployParts(context, note),
    accountParts(context, note),
  );
}

function fleetParts(
  context: MemoryContext,
  note: Note,
): Pick<ApiContext, "fleet" | "nodes" | "wlbs" | "mscs"> {
  return {
    fleet: {
      snapshot: () => first(context.snapshots),
      async *live() {
        yield* context.snapshots;
      },
    },
    nodes: {
      async createToken(_by, input) {
        note("nodes.createToken", input);
        return { token: "t", installCommand: "c", expiresAt: 2 };
      },
      async revoke(_by, name) {
        note("nodes.revoke", name);
        return context.refusal;
      },
    },
    wlbs: {
      async command(_by, input) {
        note("wlbs.command", input);
        if (input.cluster !== "web") return noCluster(input.cluster);
        if (context.refusal) return { refusals: [context.refusal] };
        return [{ node: "web-1", code: "ok", status: 1000, message: "started" }];
      },
      async ask(input) {
        note("wlbs.ask", input);
        return [{ node: "web-1", code: "ok", status: 1000, message: "WLBS cluster web, host 1" }];
      },
      async filter(input) {
        note("wlbs.filter", input);
        if (context.refusal) return { refusals: [context.refusal] };
        return { accepts: ["web-1"], text: "web-1 takes it.", hosts: [] };
      },
      tables: (cluster) =>
        cluster === "web" ? { key: "3.1 1", epoch: "3.1", tables: ["1x4096"] } : noCluster(cluster),
      async rotateKey(_by, cluster) {
        note("clusters.rotateKey", cluster);
        if (context.refusal) return { refusals: [context.refusal] };
        const rotation = { keyId: 2, startedAt: 1, stepSince: 1, by: "Ada", waitingFor: [], why: null };
        return { step: "add", ...rotation };
      },
    },
    mscs: memoryMscs({ note, refusal: () => context.refusal }),
  };
}

function deployParts(
  context: MemoryContext,
  note: Note,
): Pick<ApiContext, "intent" | "plans" | "deployments"> {
  return {
    intent: { current: async () => ({ yaml: "version: 1\n", planHash: null }) },
    plans: {
      async create(_by, yaml, override = []) {
        note("plans.create", yaml, override.join());
        return first([context.plan].filter((plan) => plan !== null));
      },
      get: async () => context.plan,
      list: async () => (context.plan ? [context.plan] : []),
    },
    deployments: {
      async apply(_by, input) {
        note("deployments.start", input);
        return context.refusal ? { refusals: [context.refusal] } : first(deploymentsOf(context));
      },
      get: async () => context.deployment,
      list: async () => deploymentsOf(context),
      async *live() {
        yield* deploymentsOf(context);
      },
    },
  };
}

function accountParts(context: MemoryContext, note: Note): Pick<ApiContext, "audit" | "tokens" | "setup"> {
  return {
    audit: {
      async list(query) {
        note("audit.list", query);
        return [];
      },
      head: async () => ({ seq: 0, hash: "0".repeat(64) }),
    },
    tokens: {
      async create(_by, input) {
        note("tokens.create", input);
        return { token: "secret", id: "k1" };
      },
      list: async () => [],
      async revoke(_by, id) {
        note("tokens.revoke", id);
      },
    },
    setup: {
      needed: async () => true,
      async complete(input) {
        note("setup.complete", input.email);
        return context.refusal;
      },
    },
  };
}

function noCluster(name: string): Missing {
  return { missing: `WLBS cluster ${name}`, cure: "Known: web." };
}

function deploymentsOf(context: MemoryContext): DeploymentView[] {
  return context.deployment ? [context.deployment] : [];
}

function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error("the test set no answer");
  return value;
}
