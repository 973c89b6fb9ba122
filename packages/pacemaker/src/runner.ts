/**
 * The engine behind one interface: read the live state, write the configuration, move a group. Everything that
 * starts a process goes through `Execute`.
 */
import type { CibModel, ClusterView } from "@bulkhead/core/mscs";
import { type CibInspection, epochOf, inspectCib, isSameConfigurationEpoch } from "./cib-inspect.ts";
import { mergeCib } from "./cib-merge.ts";
import { EngineError } from "./errors.ts";
import { type Execute, execute, executeOk } from "./execute.ts";
import { createOrders, type EngineOrders } from "./orders.ts";
import type { QuorumState } from "./quorum-tool.ts";
import { createSight, readQuorum, type SightOptions } from "./sight.ts";
import { createUnits, type Units } from "./units.ts";
import { parseXml, renderXml, type XmlElement } from "./xml.ts";

export interface PacemakerRunner {
  /** The live view; a blind one, with the reason, when the engine does not answer. Never rejects. */
  read(): Promise<ClusterView>;
  /** Like `read`, and asks Corosync again: links, votes and the witness. */
  readAll(): Promise<ClusterView>;
  /** Compares the live CIB with the model. Rejects with `EngineError` while the engine is away. */
  inspect(model: CibModel): Promise<CibInspection>;
  /**
   * Writes the model into the CIB of the pair; either node may do it. `outdated`: the configuration is no longer
   * the one of `expectedEpoch` (null: whatever is there), and nothing was written.
   */
  apply(model: CibModel, expectedEpoch: string | null): Promise<"written" | "outdated">;
  /** Reads the live CIB as it is. Rejects while the engine is away. */
  cib(): Promise<XmlElement>;
  /**
   * Changes the live CIB: the change is made on the CIB as it is, and once more when somebody else was quicker. What
   * changes nothing writes nothing.
   */
  edit(change: (cib: XmlElement) => XmlElement): Promise<void>;
  readonly orders: EngineOrders;
  /** Membership as Corosync sees it; null while Corosync does not answer. */
  quorum(): Promise<QuorumState | null>;
  /** Makes a running Corosync read its file again. */
  reloadCorosync(): Promise<void>;
  readonly units: Units;
}

/** cibadmin's exit code when the CIB was older than the live one (CRM_EX_OLD). */
const outdatedExit = 103;
/** State changes (`num_updates`) may come between reading and writing; each try reads anew. */
const writeTries = 20;

export interface RunnerOptions {
  cluster: string;
  /** This node and the policy of its pair, for the names of networks. */
  membership?: SightOptions["membership"];
  /** Default: the machine's own programs. */
  run?: Execute;
}

export function createPacemakerRunner(options: RunnerOptions): PacemakerRunner {
  const run = options.run ?? execute;
  const sight = createSight({ ...options, run });

  const edit = async (change: (cib: XmlElement) => XmlElement) => {
    await writeCib(run, change);
  };

  const cib = () => queryCib(run);

  return {
    read: sight.read,
    readAll: sight.readAll,
    async inspect(model) {
      return inspectCib(await cib(), model);
    },
    apply: (model, expectedEpoch) => applyCib(run, model, expectedEpoch),
    cib,
    edit,
    orders: createOrders({ run, edit, cib }),
    quorum: () => readQuorum(run),
    async reloadCorosync() {
      await executeOk(run, ["corosync-cfgtool", "-R"]);
    },
    units: createUnits(run),
  };
}

async function queryCib(run: Execute): Promise<XmlElement> {
  return parseXml(await executeOk(run, ["cibadmin", "--query"]), "cib");
}

async function applyCib(
  run: Execute,
  model: CibModel,
  expectedEpoch: string | null,
): Promise<"written" | "outdated"> {
  return writeCib(run, (live) => {
    const isOther = expectedEpoch !== null && !isSameConfigurationEpoch(epochOf(live), expectedEpoch);
    return isOther ? null : mergeCib(live, model);
  });
}

/**
 * `change` gives null when it no longer wants to write. The engine itself refuses a document that is older than its own,
 * so no lock is needed.
 */
async function writeCib(
  run: Execute,
  change: (live: XmlElement) => XmlElement | null,
): Promise<"written" | "outdated"> {
  for (let left = writeTries; left > 0; left -= 1) {
    const live = await queryCib(run);
    const wanted = change(live);
    if (wanted === null) return "outdated";
    if (renderXml(wanted) === renderXml(live)) return "written";
    const done = await run("cibadmin", ["--replace", "--xml-pipe", "--sync-call"], {
      stdin: renderXml(wanted),
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
