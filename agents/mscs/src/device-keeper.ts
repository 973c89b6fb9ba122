/**
 * corosync-qdevice ends when its witness does not speak TLS (yet), and then nobody starts it: the engine would go on with
 * one vote less for ever. It is started again as long as the policy has a witness.
 */
import type { MscsPolicy } from "@bulkhead/core/mscs";
import { runningDaemons } from "@bulkhead/pacemaker";
import type { EngineTools } from "./bring-up.ts";

const periodMs = 15_000;
const lastLook = new WeakMap<EngineTools, number>();

/** To be called often; looks now and then. `policy` null: none was carried out, so nothing is to be kept. */
export async function keepDevice(
  tools: EngineTools,
  policy: MscsPolicy | null,
  running = runningDaemons,
): Promise<void> {
  const now = tools.clock.monotonicMs();
  if (policy === null || policy.witness === null || policy.engine === "adopted") return;
  if (now - (lastLook.get(tools) ?? Number.NEGATIVE_INFINITY) < periodMs) return;
  lastLook.set(tools, now);
  const [corosync, device] = await running(["corosync", "corosync-qdevice"]);
  if (corosync?.running !== true || device?.running === true) return;
  tools.log.warn({}, "corosync-qdevice does not run; starting it");
  await tools.runner.units.start("corosync-qdevice").catch((error: unknown) => {
    tools.log.warn({ problem: String(error) }, "corosync-qdevice did not start");
  });
}
