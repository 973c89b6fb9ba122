/**
 * The engine's daemons as systemd units. `systemctl` is all that is used of systemd, so that anything which
 * offers the same command will do.
 */
import { EngineError } from "./errors.ts";
import { type Execute, executeOk } from "./execute.ts";

export type EngineUnit = "corosync" | "corosync-qdevice" | "pacemaker" | "corosync-qnetd";

/** In start order. Stop in reverse: Pacemaker hands its groups over before membership goes. */
export const pairUnits: readonly EngineUnit[] = ["corosync", "corosync-qdevice", "pacemaker"];

/** Pacemaker's stop waits until its groups have moved or stopped; start waits for readiness. */
const startTimeoutMs = 90_000;
const stopTimeoutMs = 180_000;

export interface Units {
  /** Starts now and at every boot: the pair must come up without the agent. */
  start(unit: EngineUnit): Promise<void>;
  restart(unit: EngineUnit): Promise<void>;
  /** Stops now and at boot. */
  stop(unit: EngineUnit): Promise<void>;
  isActive(unit: EngineUnit): Promise<boolean>;
}

export function createUnits(run: Execute): Units {
  return {
    async start(unit) {
      await executeOk(run, ["systemctl", "enable", unit]);
      await executeOk(run, ["systemctl", "start", unit], { timeoutMs: startTimeoutMs }).catch(
        (error: unknown) => explain(unit, error),
      );
    },
    async restart(unit) {
      await executeOk(run, ["systemctl", "restart", unit], { timeoutMs: startTimeoutMs + stopTimeoutMs });
    },
    async stop(unit) {
      await executeOk(run, ["systemctl", "stop", unit], { timeoutMs: stopTimeoutMs });
      await executeOk(run, ["systemctl", "disable", unit]);
    },
    async isActive(unit) {
      return (await run("systemctl", ["is-active", unit])).code === 0;
    },
  };
}

function explain(unit: EngineUnit, error: unknown): never {
  if (!(error instanceof EngineError)) throw error;
  throw new EngineError(
    `${unit} did not start: ${error.message}. Look at "journalctl -u ${unit}" and /var/log/corosync/corosync.log on this node`,
    error.code,
  );
}
