/**
 * An engine on this node that Bulkhead has not set up: found, shown, and looked at for adoption. Reads only; nothing here
 * changes anything of it.
 */
import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { inSubnet, networkOf, parseCidr } from "@bulkhead/core/fleet";
import { type AdoptionReport, adoptionReport, type ForeignPair, type MscsNetwork } from "@bulkhead/core/mscs";
import {
  type CorosyncSettings,
  createSight,
  type Execute,
  execute,
  executeOk,
  parseXml,
  readCib,
  readForeignCorosync,
  readTokenMs,
} from "@bulkhead/pacemaker";
import { type CommandResult, type CommandVerb, parseMscsPolicy } from "@bulkhead/protocol";
import { answerAgents, answerInspect } from "./inspect/answers.ts";
import { inspectWitness } from "./inspect/index.ts";
import { said } from "./inspect/machine.ts";
import { answerWhatIf } from "./what-if.ts";

export interface ForeignOptions {
  run?: Execute;
  confFile?: string;
  /** CIDR texts of this node's interfaces. */
  ownCidrs?: () => string[];
}

/** Null if there is none, or if Pacemaker does not run: a configuration alone is no pair. */
export async function readForeignPair(options: ForeignOptions = {}): Promise<ForeignPair | null> {
  const settings = await readSettings(options);
  if (settings === null) return null;
  const sight = createSight({ cluster: settings.cluster, run: options.run ?? execute });
  const view = await sight.readAll();
  if (view.engineBlind !== null) return null;
  const nodes = namedNodes(
    settings,
    view.nodes.map((node) => node.name),
  );
  return { cluster: settings.cluster, nodes, witness: settings.witness, view };
}

/** Rejects with a sentence when there is no pair to adopt, or when its engine does not answer. */
export async function readAdoption(options: ForeignOptions = {}): Promise<AdoptionReport> {
  const settings = await readSettings(options);
  if (settings === null) {
    throw new Error("This node runs no engine that somebody else has set up, so there is nothing to adopt.");
  }
  const run = options.run ?? execute;
  const { model, loose, unread } = readCib(parseXml(await executeOk(run, ["cibadmin", "--query"]), "cib"));
  const { view } = (await readForeignPair(options)) ?? { view: null };
  return adoptionReport({
    ...settings,
    tokenMs: (await runningTokenMs(run)) ?? settings.tokenMs,
    nodes: namedNodes(settings, view?.nodes.map((node) => node.name) ?? []),
    networks: networksOf(settings, (options.ownCidrs ?? ownCidrs)()),
    model,
    loose,
    unread,
  });
}

/** Null while Corosync does not say. */
async function runningTokenMs(run: Execute): Promise<number | null> {
  return readTokenMs(await said(run, "corosync-cmapctl", ["-g", "runtime.config.totem.token"]));
}

async function readSettings({
  confFile = "/etc/corosync/corosync.conf",
}: ForeignOptions): Promise<CorosyncSettings | null> {
  const text = await readFile(confFile, "utf8").catch(() => null);
  return text === null ? null : readForeignCorosync(text);
}

/** A file need not name its nodes; Pacemaker does, in the order of their ids. */
function namedNodes({ nodes }: CorosyncSettings, names: readonly string[]): ForeignPair["nodes"] {
  return nodes.map((node, index) => ({ ...node, name: node.name || names[index] || `node-${node.nodeId}` }));
}

/** One for each link whose subnet this node's own address tells. */
function networksOf({ nodes }: CorosyncSettings, cidrs: readonly string[]): MscsNetwork[] {
  const subnets = cidrs.flatMap((text) => parseCidr(text) ?? []);
  return ([0, 1] as const).flatMap((link) => {
    const own = subnets.find(({ address }) => nodes.some((node) => node.addresses[link] === address));
    if (own === undefined || !nodes.every((node) => inSubnet(node.addresses[link] ?? "", own))) return [];
    const { address, prefixLength } = networkOf(own);
    return [{ name: `link-${link}`, subnet: `${address}/${prefixLength}`, role: "both" as const, link }];
  });
}

function ownCidrs(): string[] {
  return Object.values(networkInterfaces()).flatMap((rows) => (rows ?? []).flatMap(({ cidr }) => cidr ?? []));
}

/** Before a pair is formed of this machine; `args.node` is its name. */
async function inspectStranger(args: Record<string, string>): Promise<CommandResult> {
  const node = args["node"] ?? "";
  const nowMs = () => Date.now();
  const policy = parseMscsPolicy(args["policy"] ?? "");
  if (policy.ok && policy.value.witness?.node === node)
    return {
      code: "ok",
      message: `Facts of ${node}`,
      data: await inspectWitness({ run: execute, nowMs }, node),
    };
  return answerInspect({ node, nowMs, witness: { isTls: null, why: null } }, args);
}

/** Commands to a node that is in no pair of ours. Never rejects. */
export async function answerStranger(
  verb: CommandVerb,
  args: Record<string, string>,
): Promise<CommandResult> {
  try {
    if (verb === "mscs.whatIf") return await answerWhatIf(null, args);
    if (verb === "mscs.inspect") return await inspectStranger(args);
    if (verb === "mscs.agents") return await answerAgents(args);
    if (verb !== "mscs.adoption")
      return { code: "bad-params", message: `${verb} is not a command for a node without a service` };
    return { code: "ok", message: "What adopting this pair would mean", data: await readAdoption() };
  } catch (error) {
    return { code: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}
