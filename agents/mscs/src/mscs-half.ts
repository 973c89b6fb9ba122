/**
 * The half of a node that is a member of a pair. It sets the engine up, keeps its configuration, and tells how
 * the pair is. Nothing in the pair depends on it: while it is away, Pacemaker goes on alone.
 */
import { join } from "node:path";
import type { CibModel, MscsPolicy } from "@bulkhead/core/mscs";
import { createPacemakerRunner, type PacemakerRunner } from "@bulkhead/pacemaker";
import type { CommandResult } from "@bulkhead/protocol";
import type { Half, HalfContext } from "@bulkhead/runtime";
import { bringUp, type EngineTools } from "./bring-up.ts";
import { moveCommand } from "./commands.ts";
import { checkDrift, configure } from "./configure.ts";
import { type EnginePaths, enginePaths } from "./files.ts";
import { checkPairNode, withPostgresPrograms } from "./preflight.ts";
import { releaseNode } from "./release.ts";
import { createTracker, type Tracker } from "./tracker.ts";
import { sleep } from "./wait.ts";

/** What tests replace. */
export interface MscsSeams {
  runner?: (cluster: string) => PacemakerRunner;
  paths?: EnginePaths;
  /** Default: look at the machine. */
  preflight?: (policy: MscsPolicy) => Promise<MscsPolicy>;
}

interface Member {
  policy: MscsPolicy;
  /** What is in force; null until the policy was carried out. */
  model: CibModel | null;
  tools: EngineTools;
  tracker: Tracker;
}

/** The half of a pair's node. Programs that are missing are named, with their packages, when it is applied. */
export function createMscsHalf(context: HalfContext, seams: MscsSeams = {}): Half {
  let member: Member | null = null;
  let isStopped = false;
  const paths = seams.paths ?? enginePaths(context.stateDir);
  const recordFile = join(context.stateDir, "policy-in-force");

  function enter(policy: MscsPolicy): Member {
    if (member !== null && member.policy.cluster === policy.cluster)
      return { ...member, policy, model: null };
    member?.tracker.stop();
    const runner = seams.runner?.(policy.cluster) ?? defaultRunner(context, policy.cluster);
    const tracker = createTracker({
      context,
      cluster: policy.cluster,
      runner,
      onConfiguration: lookForDrift,
    });
    const tools = { runner, paths, log: context.log, clock: context.clock, isStopped: () => isStopped };
    return { policy, model: null, tools, tracker };
  }

  /** Not while a policy is being carried out: then the changes are our own. */
  async function lookForDrift(): Promise<void> {
    if (member === null || member.model === null) return;
    const found = await checkDrift(member.tools, member.model);
    if (found !== null) member?.tracker.setError(found.notice);
  }

  return {
    service: "mscs",

    async apply(policy, secrets) {
      if (policy.service !== "mscs")
        throw new Error(`A node of a pair cannot carry out a policy for ${policy.service}`);
      checkMembership(policy.mscs, context.node);
      const resolved = await (seams.preflight ?? preflight)(policy.mscs);
      const entered = enter(resolved);
      member = entered;
      entered.tracker.start();
      try {
        const model = await bringUp(entered.tools, resolved, secrets.corosyncAuthkey);
        const { notice } = await configure(entered.tools, model, { node: context.node, recordFile });
        member = { ...entered, model };
        entered.tracker.setError(notice);
      } catch (error) {
        entered.tracker.setError(error instanceof Error ? error.message : String(error));
        throw error;
      }
    },

    status: () =>
      member === null ? { service: "none" } : { service: "mscs", mscs: member.tracker.status() },

    async command(verb, args): Promise<CommandResult> {
      if (member === null) return { code: "failed", message: "This node has no policy yet" };
      const { policy, tools, tracker } = member;
      switch (verb) {
        case "mscs.groups":
          return { code: "ok", message: "Groups of the pair", data: (await tracker.refresh()).groups };
        case "mscs.move":
          try {
            return await moveCommand({ policy, runner: tools.runner }, args);
          } catch (error) {
            return failed(error);
          } finally {
            await tracker.refresh();
          }
        default:
          return { code: "bad-params", message: `${verb} is not a command for a node of an MSCS pair` };
      }
    },

    async stop({ keepDataPlane }) {
      isStopped = true;
      member?.tracker.stop();
      if (!keepDataPlane && member !== null) await releaseNode(member.tools, recordFile);
      member = null;
    },
  };
}

function defaultRunner({ clock }: HalfContext, cluster: string): PacemakerRunner {
  const engineClock = {
    sleep: (delayMs: number) => sleep(clock, delayMs),
    monotonicMs: () => clock.monotonicMs(),
  };
  return createPacemakerRunner({ cluster, clock: engineClock });
}

async function preflight(policy: MscsPolicy): Promise<MscsPolicy> {
  await checkPairNode(policy);
  return withPostgresPrograms(policy);
}

function checkMembership(policy: MscsPolicy, node: string): void {
  if (policy.nodes.some((member) => member.node === node)) return;
  throw new Error(`Node ${node} is not in the pair ${policy.cluster} of this policy`);
}

function failed(error: unknown): CommandResult {
  return { code: "failed", message: error instanceof Error ? error.message : String(error) };
}
