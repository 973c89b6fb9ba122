/**
 * Who says that it is time to look at the pair again: the engine's own subscriptions, its alerts, and a beat that asks
 * what has no subscription. Each is a reason to look, never the state itself, so that a lost one costs time and no truth.
 */
import { watch } from "node:fs";
import type { AlertEvent, MscsPolicy } from "@bulkhead/core/mscs";
import {
  cibChanges,
  createDaemonWatch,
  type DaemonState,
  execute,
  type LookAtDaemons,
  ownAddresses,
  readQdeviceTool,
  type Subscription,
  subscribe,
} from "@bulkhead/pacemaker";
import { type Clock, errorText, type Logger } from "@bulkhead/runtime";
import { type AlertPaths, alertPaths, installAlerts } from "./alert-agent.ts";
import { createAlertSpool } from "./alert-spool.ts";

/** Daemons of a pair's node, in start order. */
export const daemonNames: readonly string[] = [
  "corosync",
  "corosync-qdevice",
  "pacemakerd",
  "pacemaker-based",
  "pacemaker-fenced",
  "pacemaker-execd",
  "pacemaker-attrd",
  "pacemaker-schedulerd",
  "pacemaker-controld",
];

/** Corosync writes there at once when a link, a member or the quorum changes, and is silent otherwise. */
const corosyncLog = "/var/log/corosync";
/** What has no subscription (witness, daemons, own addresses) is asked so often: with the look itself less than a second. */
const beatMs = 700;

export interface Beat {
  daemons: DaemonState[];
  /** Something outside of the engine's state has changed since the beat before. */
  isChanged: boolean;
}

/** What the tracker listens to; tests have one of their own. */
export interface Triggers {
  start(listener: TriggerListener): void;
  /** What the alerts have told since the last call. */
  alerts(): Promise<AlertEvent[]>;
  beat(): Promise<Beat>;
  /** True while changes in the engine are told; otherwise the tracker has to look by itself. */
  isHearing(): boolean;
  stop(): void;
}

export interface TriggerListener {
  /** The engine's state has changed. */
  onEngine(): void;
  /** So have links. */
  onLinks(): void;
}

export interface TriggerOptions {
  clock: Clock;
  log: Logger;
  policy: () => MscsPolicy | null;
  paths?: AlertPaths;
}

export function createTriggers({ clock, log, policy, paths = alertPaths }: TriggerOptions): Triggers {
  const spool = createAlertSpool(paths.spool, () => clock.monotonicMs());
  const outside = createOutside(
    createDaemonWatch(() => clock.monotonicMs()),
    policy,
  );
  const after = (delayMs: number, wake: () => void) => clock.after(delayMs, wake);
  let engine: Subscription | null = null;
  let stops: (() => void)[] = [];

  /** A directory that is not there is no harm: then the tracker looks less often. */
  function hear(directory: string, onChange: () => void): void {
    try {
      const watcher = watch(directory, onChange);
      watcher.on("error", (error) =>
        log.warn({ directory, error: errorText(error) }, "changes are not heard"),
      );
      stops.push(() => watcher.close());
    } catch (error) {
      log.warn({ directory, error: errorText(error) }, "changes are not heard");
    }
  }

  async function hearAlerts(onEngine: () => void): Promise<void> {
    if ((await installAlerts(paths)) && engine !== null) hear(paths.directory, onEngine);
  }

  return {
    start({ onEngine, onLinks }) {
      engine = subscribe({ command: cibChanges, onChange: onEngine, after });
      stops = [() => engine?.stop()];
      hear(corosyncLog, onLinks);
      hearAlerts(onEngine).catch((error: unknown) =>
        log.warn({ error: errorText(error) }, "the engine's alerts are not heard"),
      );
    },
    async alerts() {
      const { alerts, isIncomplete } = await spool.take();
      if (isIncomplete)
        log.warn({}, "events of the engine were not written down; steps of failovers may be missing");
      return alerts;
    },
    beat: outside,
    isHearing: () => engine?.isAlive() ?? false,
    stop() {
      engine = null;
      for (const stop of stops.splice(0)) stop();
    },
  };
}

/** How long the tracker waits between two beats. */
export const beatPeriodMs = beatMs;

function createOutside(daemons: LookAtDaemons, policy: () => MscsPolicy | null): () => Promise<Beat> {
  let before = "";
  return async () => {
    const running = await daemons(daemonNames.filter((name) => isExpected(name, policy())));
    const witness = policy()?.witness === null ? null : await witnessState();
    const now = JSON.stringify([running, ownAddresses(), witness]);
    const isChanged = before !== "" && now !== before;
    before = now;
    return { daemons: running, isChanged };
  };
}

function isExpected(name: string, policy: MscsPolicy | null): boolean {
  return name !== "corosync-qdevice" || policy?.witness !== null;
}

/** One millisecond of processor time. Its daemon tells nobody by itself. */
async function witnessState(): Promise<string> {
  const done = await execute("corosync-qdevice-tool", ["-s"], { timeoutMs: 2_000 }).catch(() => null);
  return readQdeviceTool(done?.stdout ?? "")?.state ?? "";
}
