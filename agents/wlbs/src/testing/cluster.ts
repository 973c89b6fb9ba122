/** Hosts of one WLBS cluster in memory: the real half on a fake kernel, a fake cable and a clock turned by hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodePolicy } from "@bulkhead/core/plan";
import {
  type Connection,
  samplePolicy,
  sampleRule,
  type WlbsPolicy,
  type WlbsStatus,
} from "@bulkhead/core/wlbs";
import { type CheckOutcome, createFakeSegment } from "@bulkhead/net";
import type { BundleSecrets } from "@bulkhead/protocol";
import type { Half } from "@bulkhead/runtime";
import { WlbsDriver } from "../driver/driver.ts";
import type { Link, WlbsPorts } from "../ports.ts";
import { wlbsHalf } from "../wlbs-half.ts";
import { FakeEngine } from "./fake-engine.ts";
import { TestClock } from "./test-clock.ts";

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
export const oldKey = { id: 1, key: key(1) };
export const newKey = { id: 2, key: key(2) };
export const secrets: BundleSecrets = { heartbeatKeys: [oldKey] };
export const otherSecrets: BundleSecrets = { heartbeatKeys: [{ id: 1, key: key(3) }] };

export const policy: WlbsPolicy = samplePolicy(2, {
  rules: [
    sampleRule(2, { name: "web" }),
    sampleRule(2, { name: "shop", startPort: 443, endPort: 443, affinity: "single" }),
  ],
});

export function policyOf(change: Partial<WlbsPolicy> = {}): NodePolicy {
  return { service: "wlbs", wlbs: { ...policy, ...change }, wall: { vips: [], mscsAddresses: [] } };
}

export const nodePolicy = policyOf();

/** One connection of a client to a port of the virtual IP. */
export const connectionTo = (localPort: number, port = 40_000): Connection => ({
  vip: policy.vips[0]?.address ?? "",
  localPort,
  address: "192.0.2.200",
  port,
});

const addressOf = (node: string): string =>
  policy.hosts.find((host) => host.node === node)?.dedicatedIp ?? "";

export interface TestHost {
  half: Half;
  kernel: FakeEngine;
  warnings: string[];
  link: Link;
  /** By how much its wall clock is wrong. */
  skew: { ms: number };
  /** What every check of a service on this host finds. */
  service: { outcome: CheckOutcome };
  /** The process stands still: no timer wakes it, nothing is sent or heard. Its kernel goes on. */
  freeze(): void;
  status(): WlbsStatus;
}

export class TestCluster {
  readonly segment = createFakeSegment();
  readonly clock = new TestClock();
  readonly #directory = mkdtempSync(join(tmpdir(), "bh-wlbs-"));

  /** A half that has not been given a policy. The same node again = the node after a restart. */
  host(node: string): TestHost {
    const { clock, segment } = this;
    const kernel = new FakeEngine(() => clock.monotonicMs());
    const warnings: string[] = [];
    const link: Link = { up: true, mac: "02:00:00:00:00:01" };
    const service = { outcome: { ok: true, text: "connection accepted", refused: false } as CheckOutcome };
    const skew = { ms: 0 };
    let isFrozen = false;
    const freeze = (): void => {
      isFrozen = true;
      segment.cut.add(addressOf(node));
    };
    const say = (_fields: Record<string, unknown>, message: string): void => void warnings.push(message);
    const log = { debug() {}, info() {}, warn: say, error: say };
    const hostClock = {
      nowMs: () => clock.nowMs() + skew.ms,
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs: number, wake: () => void) => clock.after(delayMs, () => !isFrozen && wake()),
    };
    const ports: WlbsPorts = {
      createDriver: ({ context, nextIncarnation }, owner) =>
        Object.assign(
          new WlbsDriver(
            {
              node: context.node,
              incarnation: nextIncarnation(),
              clock: hostClock,
              log,
              openBeats: segment.open,
              engine: kernel,
            },
            owner,
          ),
          { problem: null, isRunning: true },
        ),
      readLink: async () => link,
      readConnections: async () => kernel.open,
      runCheck: async () => service.outcome,
      offerMetrics: async () => ({ port: null, close: async () => undefined }),
    };
    const stateDir = join(this.#directory, node);
    const half = wlbsHalf({ node, clock: hostClock, log, stateDir, onStatus() {} }, ports);
    const status = (): WlbsStatus => {
      const report = half.status();
      if (report.service !== "wlbs") throw new Error("not a WLBS report");
      return report.wlbs;
    };
    return { half, kernel, warnings, link, service, skew, status, freeze };
  }

  async started(node: string, with_ = secrets, what = nodePolicy): Promise<TestHost> {
    const host = this.host(node);
    await host.half.apply(what, with_);
    return host;
  }

  pass(ms: number): Promise<void> {
    return this.clock.pass(ms);
  }

  /** Runs a call that itself waits for the clock. */
  async during<Result>(call: Promise<Result>, ms: number): Promise<Result> {
    await this.pass(ms);
    return call;
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
