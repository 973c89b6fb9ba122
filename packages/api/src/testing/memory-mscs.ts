/** The `mscs` part of the context in memory: one pair, `data`, with one group. */
import type { Refusal } from "@bulkhead/core/fleet";
import {
  type ForeignPair,
  type MscsAct,
  type Prediction,
  sampleView,
  type ValidationReport,
} from "@bulkhead/core/mscs";
import type { Missing } from "../context.ts";
import type { MscsContext } from "../context-mscs.ts";

export const sampleAct: MscsAct & { node: string } = {
  id: "a1",
  order: {
    verb: "offline",
    object: { kind: "group", name: "sql" },
    to: null,
    mode: null,
    deadlineS: null,
  },
  by: "Ada",
  state: "running",
  startedAt: 1,
  deadlineAt: 2,
  endedAt: null,
  steps: [],
  message: "sql is going offline",
  node: "db-1",
};

export const sampleReport: ValidationReport = {
  id: "v1",
  pair: "data",
  nodes: ["db-1", "db-2"],
  at: 1,
  by: "Ada",
  result: "pass",
  tests: [],
  planHash: null,
};

const foreignPair: ForeignPair = {
  cluster: "legacy",
  nodes: [{ name: "old-1", nodeId: 1, addresses: ["192.0.2.11"] }],
  witness: null,
  view: sampleView({ cluster: "legacy" }),
};

const nothing: Prediction = { hasQuorum: true, fenced: [], groups: [], steps: [], warnings: [] };

interface Told {
  note(...words: unknown[]): void;
  refusal(): Refusal | null;
}

export function memoryMscs({ note, refusal }: Told): MscsContext {
  const answer = <T>(cluster: string, value: T): T | { refusals: Refusal[] } | Missing => {
    if (cluster !== "data") return { missing: `MSCS pair ${cluster}`, cure: "Known: data." };
    const refused = refusal();
    return refused ? { refusals: [refused] } : value;
  };
  /** What cannot be refused. */
  const known = <T>(cluster: string, value: T): T | Missing =>
    cluster === "data" ? value : { missing: `MSCS pair ${cluster}`, cure: "Known: data." };
  return {
    async move(_by, input) {
      note("mscs.move", input);
      return { node: "db-1", code: "ok", status: 1000, message: "moving" };
    },
    async command(_by, input) {
      note("mscs.command", input);
      return answer(input.cluster, sampleAct);
    },
    async whatIf(input) {
      note("mscs.whatIf", input);
      const { from, cluster } = input;
      return answer(cluster, { from, prediction: nothing, engine: null, differences: [], tookLast: {} });
    },
    async history(input) {
      note("mscs.history", input);
      return known(input.cluster, []);
    },
    drift: async (cluster) => answer(cluster, { cluster, lines: [], foreign: [] }),
    foreign: async () => [{ nodes: ["old-1"], cluster: "legacy", pair: foreignPair, at: 3 }],
    async adoption(node) {
      note("mscs.adoption", node);
      return answer("data", { pair: node, asIs: [], changes: [], kept: [], obstacles: [], fleetFile: "" });
    },
    async validate(_by, input) {
      note("mscs.validate", input);
      return answer(input.cluster, sampleReport);
    },
    async validations(input) {
      note("mscs.validations", input);
      return [sampleReport];
    },
    validation: async (id) => (id === sampleReport.id ? sampleReport : null),
    agents: async (cluster) => answer(cluster, [{ agent: "ocf:heartbeat:nginx", title: "nginx" }]),
    async agentForm({ cluster, agent }) {
      note("mscs.agentForm", agent);
      return answer(cluster, { agent, title: agent, help: "", fields: [] });
    },
  };
}
