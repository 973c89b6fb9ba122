/**
 * Keeps corosync-qdevice as it should be. It ends when its witness does not speak TLS (yet), and then nobody starts it: the
 * engine would go on with one vote less for ever. And it reads its settings only when it starts, but a node that is alone
 * would lose its quorum, and stop its groups, by a restart. One that has no quorum has nothing to lose. While it runs it goes before
 * other work.
 */
import type { MscsPolicy } from "@bulkhead/core/mscs";
import { preferDaemon, runningDaemons } from "@bulkhead/pacemaker";
import type { EngineTools } from "./bring-up.ts";

const periodMs = 15_000;

interface Kept {
  lastLookMs: number;
  isRestartDue: boolean;
}
const kept = new WeakMap<EngineTools["runner"], Kept>();

/** Restarts it now if that costs no quorum, else as soon as it does not: when both nodes are there, or this one has none. */
export async function restartDevice(tools: EngineTools): Promise<void> {
  const state = stateOf(tools);
  const quorum = await tools.runner.quorum();
  const livesOnVote = quorum?.quorate === true && quorum.members.length < 2;
  state.isRestartDue = quorum === null || livesOnVote;
  if (state.isRestartDue) tools.log.info({}, "corosync-qdevice is restarted when both nodes are there");
  else await tools.runner.units.restart("corosync-qdevice");
}

/** To be called often; looks now and then. `policy` null: none was carried out, so nothing is to be kept. */
export async function keepDevice(
  tools: EngineTools,
  policy: MscsPolicy | null,
  running = runningDaemons,
): Promise<void> {
  const now = tools.clock.monotonicMs();
  const state = stateOf(tools);
  if (policy === null || policy.witness === null || policy.engine === "adopted") return;
  if (now - state.lastLookMs < periodMs) return;
  state.lastLookMs = now;
  const [corosync, device] = await running(["corosync", "corosync-qdevice"]);
  if (corosync?.running !== true) return;
  if (device?.running !== true) return startAgain(tools);
  preferDaemon(device);
  if (state.isRestartDue) await restartDevice(tools);
}

async function startAgain({ runner, log }: EngineTools): Promise<void> {
  log.warn({}, "corosync-qdevice does not run; starting it");
  await runner.units.start("corosync-qdevice").catch((error: unknown) => {
    log.warn({ problem: String(error) }, "corosync-qdevice did not start");
  });
}

function stateOf({ runner }: EngineTools): Kept {
  const known = kept.get(runner);
  if (known !== undefined) return known;
  const fresh = { lastLookMs: Number.NEGATIVE_INFINITY, isRestartDue: false };
  kept.set(runner, fresh);
  return fresh;
}
