/**
 * Reads the data with which agents answer `mscs.*` commands: outside text like any other. Every function gives a value or
 * says what does not fit; nothing throws.
 */
import type {
  AdoptionReport,
  MscsAct,
  NodeFacts,
  Prediction,
  ResourceField,
  WitnessFacts,
} from "@bulkhead/core/mscs";
import * as z from "zod";
import { type Parsed, parsed, unreadable } from "./parsed.ts";
import * as schema from "./schema-mscs-answers.ts";

/** The answer to `mscs.drift`. */
export interface DriftData {
  lines: { object: string; wanted: string | null; found: string | null }[];
  foreign: string[];
}

export interface InstalledAgentData {
  agent: string;
  title: string;
}

export interface AgentFormData extends InstalledAgentData {
  help: string;
  fields: ResourceField[];
}

/** Of `mscs.order`. */
export const readMscsAct = (data: unknown): Parsed<MscsAct> => read(data, schema.mscsAct, "act");

/** Of `mscs.whatIf`. */
export const readPrediction = (data: unknown): Parsed<Prediction> =>
  read(data, schema.prediction, "prediction");

/** Of `mscs.drift`. */
export const readDrift = (data: unknown): Parsed<DriftData> =>
  read(data, schema.drift, "list of differences");

/** Of `mscs.adoption`. */
export const readAdoption = (data: unknown): Parsed<AdoptionReport> =>
  read(data, schema.adoption, "adoption report");

/** Of `mscs.agents` without an agent. */
export const readInstalledAgents = (data: unknown): Parsed<InstalledAgentData[]> =>
  read(data, z.array(schema.installedAgent).max(5_000), "list of agents");

/** Of `mscs.agents` with an agent. */
export const readAgentForm = (data: unknown): Parsed<AgentFormData> =>
  read(data, schema.agentForm, "description of an agent");

/** Of `mscs.inspect` on a node of the pair. */
export const readNodeFacts = (data: unknown): Parsed<NodeFacts> => read(data, schema.nodeFacts, "inspection");

/** Of `mscs.inspect` on the witness. */
export const readWitnessFacts = (data: unknown): Parsed<WitnessFacts> =>
  read(data, schema.witnessFacts, "inspection");

function read<T>(data: unknown, form: z.ZodType<T>, what: string): Parsed<T> {
  const outcome = form.safeParse(data);
  if (outcome.success) return parsed(outcome.data);
  const issue = outcome.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "at its top" : `at ${issue.path.join(".")}`;
  return unreadable(`The ${what} is not as agreed ${place}: ${issue?.message ?? "unknown"}.`);
}
