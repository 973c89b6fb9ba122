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
import { FakePacemakerRunner } from "@bulkhead/pacemaker";
import { type Clock, type Half, silentLogger } from "@bulkhead/runtime";
import type { EnginePaths } from "../files.ts";
import { createMscsHalf } from "../mscs-half.ts";

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

/** Waits pass at once and move the time; the tracker's poll (1 s and more) never comes by itself. */
function waitingClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, wake) {
      if (delayMs >= 1000) return () => {};
      const handle = setImmediate(() => {
        nowMs += delayMs;
        wake();
      });
      return () => clearImmediate(handle);
    },
  };
}

export interface Bench {
  half: Half;
  runner: FakePacemakerRunner;
  paths: EnginePaths;
  clock: Clock;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `node` is who we are; the engine is healthy with db-1 as its coordinator. */
export async function bench(node = "db-1"): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-mscs-"));
  const paths: EnginePaths = {
    corosyncConf: join(directory, "etc/corosync.conf"),
    authkey: join(directory, "etc/authkey"),
    qnetdDefaults: join(directory, "etc/qnetd"),
    cibDirectory: join(directory, "cib"),
    backups: join(directory, "state/before"),
  };
  for (const name of ["etc", "cib", "state"]) await mkdir(join(directory, name));
  const runner = new FakePacemakerRunner(healthyView("db-1"));
  const clock = waitingClock();
  const context = { node, clock, log: silentLogger, stateDir: join(directory, "state"), onStatus() {} };
  const half = createMscsHalf(context, {
    runner: () => runner,
    paths,
    preflight: (given) => Promise.resolve(given),
  });
  return {
    half,
    runner,
    paths,
    clock,
    async [Symbol.asyncDispose]() {
      await half.stop({ keepDataPlane: true });
      await rm(directory, { recursive: true });
    },
  };
}
