/**
 * The engine behind one interface: read the live state, write the configuration, move a group. Everything that
 * starts a process goes through `Execute`.
 */
import { blindView, type CibModel, type ClusterView, toClusterView } from "@bulkhead/core/mscs";
import { type CibInspection, inspectCib, isSameConfigurationEpoch } from "./cib-inspect.ts";
import { mergeCib } from "./cib-merge.ts";
import { readCrmMon } from "./crm-mon.ts";
import { EngineError } from "./errors.ts";
import { type Execute, execute, executeOk } from "./execute.ts";
import { type EngineClock, type MoveOptions, type MoveOutcome, moveGroup } from "./move.ts";
import { type QuorumState, readQuorumTool } from "./quorum-tool.ts";
import { createUnits, type Units } from "./units.ts";
import { parseXml, renderXml, type XmlElement } from "./xml.ts";

export interface PacemakerRunner {
  /** The live view; a blind one, with the reason, when the engine does not answer. Never rejects. */
  read(): Promise<ClusterView>;
  /** Like `read`, and asks again for the slow facts: the witness vote and the CIB epoch. */
  readAll(): Promise<ClusterView>;
  /** Compares the live CIB with the model. Rejects with `EngineError` while the engine is away. */
  inspect(model: CibModel): Promise<CibInspection>;
  /**
   * Writes the model into the CIB of the pair; either node may do it. `outdated`: the configuration is no longer
   * the one of `expectedEpoch` (null: whatever is there), and nothing was written.
   */
  apply(model: CibModel, expectedEpoch: string | null): Promise<"written" | "outdated">;
  move(options: MoveOptions): Promise<MoveOutcome>;
  /** Membership as Corosync sees it; null while Corosync does not answer. */
  quorum(): Promise<QuorumState | null>;
  /** Makes a running Corosync read its file again. */
  reloadCorosync(): Promise<void>;
  readonly units: Units;
}

/** cibadmin's exit code when the CIB was older than the live one (CRM_EX_OLD). */
const outdatedExit = 103;
/** State changes (`num_updates`) may come between reading and writing; each try reads anew. */
const writeTries = 5;

export interface RunnerOptions {
  cluster: string;
  clock: EngineClock;
  /** Default: the machine's own programs. */
  run?: Execute;
}

export function createPacemakerRunner(options: RunnerOptions): PacemakerRunner {
  const run = options.run ?? execute;
  const facts: Facts = { witnessVotes: null, cibEpoch: null };
  let last: ClusterView | null = null;

  async function read(): Promise<ClusterView> {
    last = await readView(run, { cluster: options.cluster, facts, last });
    return last;
  }

  return {
    read,
    async readAll() {
      Object.assign(facts, await readFacts(run));
      return read();
    },
    async inspect(model) {
      return inspectCib(await queryCib(run), model);
    },
    apply: (model, expectedEpoch) => applyCib(run, model, expectedEpoch),
    move: (move) => moveGroup({ run, read, ...options.clock }, move),
    quorum: () => readQuorum(run),
    async reloadCorosync() {
      await executeOk(run, ["corosync-cfgtool", "-R"]);
    },
    units: createUnits(run),
  };
}

interface Facts {
  witnessVotes: boolean | null;
  cibEpoch: string | null;
}

async function readView(
  run: Execute,
  known: { cluster: string; facts: Facts; last: ClusterView | null },
): Promise<ClusterView> {
  try {
    const done = await run("crm_mon", ["-1", "-r", "--output-as=xml"], { timeoutMs: 5_000 });
    if (done.code === null) throw new Error("crm_mon did not end within 5 s");
    // Errors come as XML on standard output too, and the reader tells them apart.
    return toClusterView(readCrmMon(done.stdout), { cluster: known.cluster, ...known.facts });
  } catch (error) {
    return blindView(known.cluster, blindReason(error), known.last);
  }
}

function blindReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `Pacemaker does not answer on this node; services may be running on unseen. ${message}`;
}

async function readFacts(run: Execute): Promise<Facts> {
  const [quorum, cib] = await Promise.all([
    readQuorum(run),
    run("cibadmin", ["--query", "--no-children"], { timeoutMs: 5_000 }).catch(() => null),
  ]);
  return {
    witnessVotes: quorum?.witnessVotes ?? null,
    cibEpoch: cib?.code === 0 ? epochText(cib.stdout) : null,
  };
}

function epochText(xml: string): string {
  const { attributes } = parseXml(xml, "cib");
  return ["admin_epoch", "epoch", "num_updates"].map((name) => attributes[name] ?? "0").join(".");
}

/** The tool exits with 2 when it is not quorate, and still prints everything. */
async function readQuorum(run: Execute): Promise<QuorumState | null> {
  const done = await run("corosync-quorumtool", ["-s"], { timeoutMs: 5_000 }).catch(() => null);
  return done !== null && done.stdout.includes("Membership information") ? readQuorumTool(done.stdout) : null;
}

async function queryCib(run: Execute): Promise<XmlElement> {
  return parseXml(await executeOk(run, ["cibadmin", "--query"]), "cib");
}

/** The engine itself refuses a document that is older than its own, so no lock is needed. */
async function applyCib(
  run: Execute,
  model: CibModel,
  expectedEpoch: string | null,
): Promise<"written" | "outdated"> {
  for (let left = writeTries; left > 0; left -= 1) {
    const live = await queryCib(run);
    const { epoch } = inspectCib(live, model);
    if (expectedEpoch !== null && !isSameConfigurationEpoch(epoch, expectedEpoch)) return "outdated";
    const done = await run("cibadmin", ["--replace", "--xml-pipe", "--sync-call"], {
      stdin: renderXml(mergeCib(live, model)),
    });
    if (done.code === 0) return "written";
    if (done.code !== outdatedExit) {
      throw new EngineError(`Pacemaker refused the configuration: ${done.stderr.trim()}`, done.code);
    }
  }
  throw new EngineError(
    "The configuration of the pair keeps changing while it is written; try again",
    outdatedExit,
  );
}
