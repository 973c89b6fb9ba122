/**
 * The half of a node that is a member of a pair. It sets the engine up, keeps its configuration, carries orders out, and
 * tells how the pair is. Nothing in the pair depends on it: while it is away, Pacemaker goes on alone.
 */
import { join } from "node:path";
import type { MscsPolicy } from "@bulkhead/core/mscs";
import { createPacemakerRunner, execute, type PacemakerRunner } from "@bulkhead/pacemaker";
import type { Half, HalfContext } from "@bulkhead/runtime";
import type { EngineTools } from "./bring-up.ts";
import { checkPolicy } from "./checked-policy.ts";
import { answerMember } from "./commands.ts";
import { type EnginePaths, enginePaths } from "./files.ts";
import { createMember, type InForce, type Member, releaseMember } from "./member.ts";
import { checkPairNode, provideEngine, withPostgresPrograms } from "./preflight.ts";
import { refuseTakenAddresses } from "./taken-address.ts";
import { installWitnessKeys } from "./witness-keys.ts";

/** What tests replace. */
export interface MscsSeams {
  runner?: (cluster: string) => PacemakerRunner;
  paths?: EnginePaths;
  installKeys?: EngineTools["installKeys"];
  checkAddresses?: EngineTools["checkAddresses"];
  /** Default: the engine's subscriptions and alerts. */
  triggers?: EngineTools["triggers"];
  /** Default: look at the machine. */
  preflight?: (policy: MscsPolicy) => Promise<MscsPolicy>;
}

/** The half of a pair's node. Programs that are missing are named, with their packages, when it is applied. */
export function createMscsHalf(context: HalfContext, seams: MscsSeams = {}): Half {
  let member: Member | null = null;
  let isStopped = false;
  const paths = seams.paths ?? enginePaths(context.stateDir);

  /** One pair, one member: a newer policy of the same pair keeps its acts and its history. */
  function enter(inForce: InForce): Member {
    const { cluster } = inForce.policy;
    if (member !== null && member.inForce.policy.cluster === cluster) {
      member.inForce = inForce;
      return member;
    }
    member?.tracker.stop();
    return createMember(context, toolsOf(runnerOf(cluster)), inForce);
  }

  /** For the names of the networks. */
  function membership(): { node: string; policy: MscsPolicy } | null {
    return member === null ? null : { node: context.node, policy: member.inForce.policy };
  }

  function runnerOf(cluster: string): PacemakerRunner {
    return seams.runner?.(cluster) ?? createPacemakerRunner({ cluster, membership });
  }

  function toolsOf(runner: PacemakerRunner): EngineTools {
    const { log, clock } = context;
    const installKeys = seams.installKeys ?? installWitnessKeys;
    const { triggers } = seams;
    const checkAddresses =
      seams.checkAddresses ??
      ((policy, live) => refuseTakenAddresses({ run: execute, node: context.node, policy, live }));
    const isDone = () => isStopped;
    return { runner, paths, installKeys, checkAddresses, log, clock, triggers, isStopped: isDone };
  }

  return {
    service: "mscs",

    async apply(policy, secrets) {
      if (policy.service !== "mscs")
        throw new Error(`A node of a pair cannot carry out a policy for ${policy.service}`);
      checkMembership(policy.mscs, context.node);
      const resolved = await (seams.preflight ?? preflight(context))(policy.mscs);
      const entered = enter({ policy: resolved, secrets });
      member = entered;
      entered.tracker.start();
      try {
        await entered.carryOut();
      } catch (error) {
        entered.tracker.setError(error instanceof Error ? error.message : String(error));
        throw error;
      }
    },

    status: () =>
      member === null ? { service: "none" } : { service: "mscs", mscs: member.tracker.status() },

    command: (verb, args) =>
      member === null
        ? Promise.resolve({
            code: "failed",
            message:
              "This node carries out no policy: none has come yet, or the last one was refused (`bulkhead nodes` says why)",
          })
        : answerMember(member, verb, args),

    async stop({ keepDataPlane }) {
      isStopped = true;
      member?.tracker.stop();
      const tools = member?.tools ?? toolsOf(runnerOf(""));
      if (!keepDataPlane) await releaseMember(context.stateDir, tools);
      member = null;
    },
  };
}

function preflight(context: HalfContext): (policy: MscsPolicy) => Promise<MscsPolicy> {
  const { mayInstall = false, log, stateDir } = context;
  const check = async (policy: MscsPolicy) => {
    await checkPairNode(policy);
    return withPostgresPrograms(policy);
  };
  return async (policy) => {
    if (policy.engine === "made") await provideEngine(mayInstall);
    return checkPolicy(policy, { recordFile: join(stateDir, "checked-policy"), log, check });
  };
}

function checkMembership(policy: MscsPolicy, node: string): void {
  if (policy.nodes.some((member) => member.node === node)) return;
  throw new Error(`Node ${node} is not in the pair ${policy.cluster} of this policy`);
}
