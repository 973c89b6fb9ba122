/** A half over a fake engine and a directory of its own: what the tests of this package share. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ClusterView,
  type MscsPolicy,
  sampleGroup,
  samplePair,
  toClusterView,
} from "@bulkhead/core/mscs";
import type { NodePolicy } from "@bulkhead/core/plan";
import { FakePacemakerRunner, renderXml } from "@bulkhead/pacemaker";
import { type Clock, type Half, silentLogger } from "@bulkhead/runtime";
import type { EnginePaths } from "../files.ts";
import { createMscsHalf } from "../mscs-half.ts";
import { trackerDelaysMs } from "../tracker.ts";
import type { Triggers } from "../tracker-triggers.ts";

/** The key of a pair that never existed. */
export const authkey = Buffer.alloc(256, 7).toString("base64");

export const policy: MscsPolicy = samplePair({
  groups: [
    sampleGroup({
      preferredOwners: ["db-1", "db-2"],
      failover: { threshold: 1, periodHours: 6 },
      resources: sampleGroup().resources.filter(({ type }) => type === "ipAddress"),
    }),
  ],
});

export const nodePolicy = (mscs: MscsPolicy = policy): NodePolicy => ({
  service: "mscs",
  mscs,
  wall: { vips: [], mscsAddresses: [] },
});

/** Both nodes up, `dc` is the coordinator, group sql on db-1. */
export function healthyView(dc: string): ClusterView {
  const node = {
    online: true,
    standby: false,
    maintenance: false,
    pending: false,
    unclean: false,
    attributes: {},
  };
  return toClusterView(
    {
      dc,
      withQuorum: true,
      stonithEnabled: true,
      isMaintenance: false,
      nodes: [
        { ...node, name: "db-1" },
        { ...node, name: "db-2" },
      ],
      groups: [
        {
          id: "sql",
          resources: [
            {
              id: "sql.ip",
              agent: "ocf:heartbeat:IPaddr2",
              role: "Started",
              targetRole: null,
              active: true,
              failed: false,
              blocked: false,
              pending: null,
              nodes: ["db-1"],
            },
          ],
        },
      ],
      fenceDevices: [],
      failCounts: [],
      failures: [],
      operations: [],
      fenceEvents: [],
    },
    { cluster: "data", witnessVotes: true, cibEpoch: "0.1.0" },
  );
}

/** Waits pass at once and move the time; the tracker's own looks never come by themselves. */
function waitingClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, wake) {
      if (delayMs >= 1000 || trackerDelaysMs.includes(delayMs)) return () => {};
      const handle = setImmediate(() => {
        nowMs += delayMs;
        wake();
      });
      return () => clearImmediate(handle);
    },
  };
}

/** Nothing is told, and all daemons run. */
export function quietTriggers(): Triggers {
  return {
    start() {},
    alerts: () => Promise.resolve([]),
    beat: () => Promise.resolve({ daemons: [], isChanged: false }),
    isHearing: () => true,
    stop() {},
  };
}

export interface Bench {
  half: Half;
  runner: FakePacemakerRunner;
  paths: EnginePaths;
  clock: Clock;
  stateDir: string;
  /** From now on the engine does what its CIB says: pins, standby, and groups that are ordered offline. */
  follow(): void;
  /** A half like that of an agent that was restarted. */
  again(): Half;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `node` is who we are; the engine is healthy with db-1 as its coordinator. */
export async function bench(node = "db-1"): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-mscs-"));
  const paths: EnginePaths = {
    corosyncConf: join(directory, "etc/corosync.conf"),
    authkey: join(directory, "etc/authkey"),
    qnetdDefaults: join(directory, "etc/qnetd"),
    qdeviceKeys: join(directory, "etc/qdevice/nssdb"),
    qnetdKeys: join(directory, "etc/qnetd-nssdb"),
    ocfAgents: join(directory, "ocf/bulkhead"),
    alerts: join(directory, "alerts"),
    cibDirectory: join(directory, "cib"),
    backups: join(directory, "state/before"),
  };
  for (const name of ["etc", "cib", "state"]) await mkdir(join(directory, name));
  const runner = new FakePacemakerRunner(healthyView("db-1"));
  const clock = waitingClock();
  const context = { node, clock, log: silentLogger, stateDir: join(directory, "state"), onStatus() {} };
  const create = () =>
    createMscsHalf(context, {
      runner: () => runner,
      triggers: quietTriggers(),
      paths,
      checkAddresses: () => Promise.resolve(),
      installKeys: (place) => Promise.resolve(place.directory === ""),
      preflight: (given) => Promise.resolve(given),
    });
  const half = create();
  return {
    half,
    runner,
    paths,
    clock,
    stateDir: context.stateDir,
    follow: () => {
      runner.onOrder = () => {
        runner.view = followed(runner.view, renderXml(runner.live));
      };
    },
    again: create,
    async [Symbol.asyncDispose]() {
      await half.stop({ keepDataPlane: true });
      await rm(directory, { recursive: true, maxRetries: 5 });
    },
  };
}

/** What an engine would make of this CIB, as far as the tests ask. */
function followed(view: ClusterView, cib: string): ClusterView {
  const pin = /<expression [^>]*attribute="#uname" [^>]*value="([^"]+)"/.exec(cib)?.[1];
  const isOffline = cib.includes('name="target-role" value="Stopped"');
  const paused = /uname="([^"]+)">\s*<instance_attributes[^>]*>\s*<nvpair [^>]*name="standby"/.exec(cib)?.[1];
  const groups = view.groups.map((group) => {
    const owner = isOffline ? null : (pin ?? group.owner ?? "db-1");
    const state = isOffline ? ("offline" as const) : ("online" as const);
    return { ...group, owner, state, resources: group.resources.map((item) => ({ ...item, owner, state })) };
  });
  const nodes = view.nodes.map((node) => ({
    ...node,
    state: node.name === paused ? ("paused" as const) : ("up" as const),
  }));
  return { ...view, groups, nodes };
}
