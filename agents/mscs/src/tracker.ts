/**
 * Follows the live state of the pair: one look per second (about 2 % of a core), the slow facts every third
 * time. Says so only when something has changed.
 */
import { blindView, type ClusterView, type MscsAct, type MscsStatus } from "@bulkhead/core/mscs";
import { isSameConfigurationEpoch, type PacemakerRunner, runningDaemons } from "@bulkhead/pacemaker";
import type { HalfContext } from "@bulkhead/runtime";

const pollMs = 1000;
const slowEvery = 3;
const daemonNames = ["corosync", "corosync-qdevice", "pacemakerd"];

export interface Tracker {
  status(): MscsStatus;
  /** Looks now, for example after a command. */
  refresh(): Promise<ClusterView>;
  setError(message: string | null): void;
  /** The acts of this node are not what they were. */
  actsChanged(): void;
  start(): void;
  stop(): void;
}

export interface TrackerOptions {
  context: HalfContext;
  cluster: string;
  runner: PacemakerRunner;
  /** Called when the pair's configuration (not its state) has changed, whoever changed it. */
  onConfiguration?: () => Promise<void>;
  /** Commands under way and ended, newest first; absent = none. */
  acts?: () => MscsAct[];
  /** Called with every new view. */
  onView?: (view: ClusterView) => Promise<void>;
  /** Default: /proc. */
  daemons?: (names: readonly string[]) => Promise<{ name: string; running: boolean }[]>;
}

export function createTracker(options: TrackerOptions): Tracker {
  const { context, runner } = options;
  const daemons = options.daemons ?? runningDaemons;
  let status: MscsStatus = {
    cluster: options.cluster,
    node: context.node,
    view: blindView(options.cluster, "The engine was not asked yet", null),
    daemons: daemonNames.map((name) => ({ name, running: false })),
    lastError: null,
    drift: [],
    acts: [],
    failovers: [],
  };
  let round = 0;
  let isRunning = false;
  let cancel = () => {};

  function update(part: Partial<MscsStatus>): void {
    const next = { ...status, ...part };
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    context.onStatus();
  }

  async function refresh(): Promise<ClusterView> {
    const isSlow = round % slowEvery === 0;
    round += 1;
    const view = isSlow ? await runner.readAll() : await runner.read();
    const isChanged = isReconfigured(status.view, view);
    update(isSlow ? { view, daemons: await daemons(daemonNames) } : { view });
    if (isChanged) await options.onConfiguration?.();
    await options.onView?.(view);
    return view;
  }

  async function tick(): Promise<void> {
    await refresh().catch((error: unknown) =>
      context.log.error({ error: String(error) }, "cannot read the pair's state"),
    );
    if (isRunning) cancel = context.clock.after(pollMs, () => void tick());
  }

  return {
    status: () => status,
    refresh,
    setError: (lastError) => update({ lastError }),
    actsChanged: () => update({ acts: options.acts?.() ?? [] }),
    start() {
      if (isRunning) return;
      isRunning = true;
      void tick();
    },
    stop() {
      isRunning = false;
      cancel();
    },
  };
}

/** Both epochs must be known: an engine that comes back has not been reconfigured for that. */
function isReconfigured(before: ClusterView, after: ClusterView): boolean {
  if (before.cibEpoch === null || after.cibEpoch === null) return false;
  return !isSameConfigurationEpoch(before.cibEpoch, after.cibEpoch);
}
