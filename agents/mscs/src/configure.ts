/**
 * Makes the CIB of the pair carry our policy, with one writer: the node of Pacemaker's coordinator (DC), or the
 * other one if that does not do it. What was changed by hand since is shown, never silently overwritten.
 */
import type { CibModel, MscsPolicy } from "@bulkhead/core/mscs";
import { modelDigest } from "@bulkhead/pacemaker";
import type { EngineTools } from "./bring-up.ts";
import { readOrNull, writeIfChanged } from "./files.ts";
import { refuseToUndo } from "./hand-made.ts";
import { retire } from "./retire.ts";
import { sleep } from "./wait.ts";

/** So long the coordinator's agent has the first go; it may not have the new policy yet, or be away. */
const writerGraceMs = 10_000;
const limitMs = 60_000;

export interface Configured {
  /** What was changed by hand, a sentence each. It is told as what it is: no error of this node, nor of a deployment. */
  drift: string[];
}

/**
 * `recordFile` holds the digest of the policy that this node last saw in force. A policy with that digest is not
 * new: then the pair's CIB is right and this node is merely restarting, perhaps with an older policy than its
 * peer, so it must not write. `before`: the model that this node last saw in force; null = none since its agent started.
 */
export async function configure(
  tools: EngineTools,
  model: CibModel,
  options: { node: string; recordFile: string; policy: MscsPolicy; before: CibModel | null },
): Promise<Configured> {
  const digest = modelDigest(model);
  const isNew = (await readOrNull(options.recordFile))?.toString("utf8") !== digest;
  const start = tools.clock.monotonicMs();
  while (!tools.isStopped()) {
    const inspection = await tools.runner.inspect(model);
    if (inspection.isSamePolicy) {
      await writeIfChanged(options.recordFile, digest, 0o600);
      return report(tools, inspection);
    }
    if (!isNew) return stale(tools);
    const waitedMs = tools.clock.monotonicMs() - start;
    if (waitedMs > limitMs)
      throw new Error("The pair's configuration could not be brought to the policy in time");
    const { dc } = await tools.runner.read();
    if (dc === options.node || waitedMs > writerGraceMs) {
      const { before, policy } = options;
      await refuseToUndo(tools.runner, { cluster: policy.cluster, before, model });
      await tools.checkAddresses(policy, () => tools.runner.cib());
      await retire(tools, model);
      const written = await tools.runner.apply(model, inspection.epoch);
      tools.log.info({ digest, written, dc }, "wrote the pair's configuration");
    } else {
      await sleep(tools.clock, 500);
    }
  }
  return { drift: [] };
}

/** Looks again after somebody has changed the configuration. Null while the engine is away. */
export async function checkDrift(tools: EngineTools, model: CibModel): Promise<Configured | null> {
  const inspection = await tools.runner.inspect(model).catch(() => null);
  return inspection === null || !inspection.isSamePolicy ? null : report(tools, inspection);
}

function report(tools: Pick<EngineTools, "log">, found: { drift: string[]; foreign: string[] }): Configured {
  if (found.foreign.length > 0) tools.log.info({ foreign: found.foreign }, "the CIB holds objects of others");
  const { drift } = found;
  if (drift.length > 0) tools.log.warn({ drift }, "the CIB was changed by hand");
  return { drift };
}

function stale(tools: EngineTools): Configured {
  tools.log.info({}, "the pair follows another policy than this node's; waiting for the newer bundle");
  return { drift: [] };
}
