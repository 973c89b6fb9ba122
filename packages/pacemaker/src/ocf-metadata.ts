/** What resource agents say of themselves: their meta-data (OCF 1.0 and 1.1), turned into fields of a form. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResourceField } from "@bulkhead/core/mscs";
import { XMLParser } from "fast-xml-parser";
import { type Execute, executeOk } from "./execute.ts";

export interface AgentTitle {
  /** For example `ocf:heartbeat:nginx`. */
  agent: string;
  title: string;
}

export interface AgentDescription extends AgentTitle {
  help: string;
  fields: ResourceField[];
}

const agentsDirectory = "/usr/lib/ocf/resource.d";
const agentPattern = /^ocf:[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+$/;

/** All OCF agents on this machine, sorted. Titles are read from the scripts: asking 150 of them would take half a minute. */
export async function installedAgents(directory = agentsDirectory): Promise<AgentTitle[]> {
  const providers = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    providers
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => agentsOf(directory, name)),
  );
  return found.flat().sort((a, b) => (a.agent < b.agent ? -1 : 1));
}

async function agentsOf(directory: string, provider: string): Promise<AgentTitle[]> {
  const entries = await readdir(join(directory, provider), { withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.includes("."));
  return Promise.all(
    files.map(async ({ name }) => {
      const text = await readFile(join(directory, provider, name), "utf8").catch(() => "");
      const title = /<shortdesc[^>]*>([^<$]*)<\/shortdesc>/.exec(text)?.[1] ?? "";
      return { agent: `ocf:${provider}:${name}`, title: oneLine(title) || name };
    }),
  );
}

/** Rejects when there is no such agent, or when it describes itself in no way that can be read. */
export async function describeAgent(run: Execute, agent: string): Promise<AgentDescription> {
  if (!agentPattern.test(agent))
    throw new Error(`${agent} is no OCF agent; write for example ocf:heartbeat:nginx`);
  return readMetadata(agent, await executeOk(run, ["crm_resource", "--show-metadata", agent]));
}

/** Throws when the text is no description of an agent. */
export function readMetadata(agent: string, text: string): AgentDescription {
  const root = asRecord(asRecord(parser.parse(text))?.["resource-agent"]);
  if (root === null) throw new Error(`${agent} does not describe itself: it prints no meta-data`);
  const parameters = asRecord(root["parameters"])?.["parameter"];
  return {
    agent,
    title: oneLine(describe(root["shortdesc"])) || agent,
    help: describe(root["longdesc"]),
    fields: (Array.isArray(parameters) ? parameters : []).flatMap((item) => field(asRecord(item))),
  };
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => ["parameter", "option", "shortdesc", "longdesc"].includes(name),
});

type XmlRecord = Record<string, unknown>;

function field(parameter: XmlRecord | null): ResourceField[] {
  const name = parameter?.["@name"];
  if (
    parameter === null ||
    typeof name !== "string" ||
    "@deprecated" in parameter ||
    "deprecated" in parameter
  )
    return [];
  const content = asRecord(parameter["content"]);
  const isRequired = isYes(parameter["@required"]);
  const given = content?.["@default"];
  const type = kindOf(content);
  return [
    {
      name,
      title: oneLine(describe(parameter["shortdesc"])) || name,
      help: oneLine(describe(parameter["longdesc"])),
      isRequired,
      fallback: isRequired || typeof given !== "string" ? null : fallbackOf(type.kind, given),
      ...type,
    },
  ];
}

function kindOf(content: XmlRecord | null): Pick<ResourceField, "kind"> & { choices?: string[] } {
  const options = Array.isArray(content?.["option"]) ? content["option"] : [];
  const choices = options
    .flatMap((item) => asRecord(item)?.["@value"])
    .filter((value) => typeof value === "string");
  if (choices.length > 0) return { kind: "choice", choices };
  switch (content?.["@type"]) {
    case "integer":
      return { kind: "number" };
    case "boolean":
      return { kind: "flag" };
    default:
      return { kind: "text" };
  }
}

/** A default that does not fit its own type is no default: agents have some. */
function fallbackOf(kind: ResourceField["kind"], text: string): string | number | boolean | null {
  if (kind === "flag") return isYes(text);
  if (kind !== "number") return text === "" ? null : text;
  return /^-?\d+$/.test(text) ? Number(text) : null;
}

function isYes(value: unknown): boolean {
  return typeof value === "string" && /^(1|true|yes|on)$/i.test(value);
}

/** The English text if there are several. */
function describe(value: unknown): string {
  const texts = (Array.isArray(value) ? value : []).map((item: unknown) =>
    typeof item === "string" ? { lang: "en", text: item } : languageOf(asRecord(item)),
  );
  return (texts.find(({ lang }) => lang.startsWith("en")) ?? texts[0])?.text.trim() ?? "";
}

function languageOf(item: XmlRecord | null): { lang: string; text: string } {
  const [lang, text] = [item?.["@lang"], item?.["#text"]];
  return { lang: typeof lang === "string" ? lang : "en", text: typeof text === "string" ? text : "" };
}

function asRecord(value: unknown): XmlRecord | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as XmlRecord) : null;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
