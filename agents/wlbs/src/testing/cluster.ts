/** Hosts of one WLBS cluster in memory: the real half on a fake kernel, a fake cable and a clock turned by hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { WlbsPolicy, WlbsStatus } from "@bulkhead/core/wlbs";
import { createFakeSegment } from "@bulkhead/net";
import { FakeNft } from "@bulkhead/nft";
import type { Clock, Half } from "@bulkhead/runtime";
import { wlbsHalf } from "../wlbs-half.ts";

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
export const secrets = { heartbeatKeys: [{ id: 1, key: key(1) }] };
export const otherSecrets = { heartbeatKeys: [{ id: 1, key: key(2) }] };

const policy: WlbsPolicy = {
  cluster: "web",
  vip: "10.0.0.100",
  vipPrefixLength: 24,
  mode: "multicast",
  clusterMac: "03:bf:0a:00:00:64",
  heartbeat: { periodMs: 200, tolerance: 5 },
  hosts: [1, 2].map((hostId) => ({
    node: `web-${hostId}`,
    hostId,
    dedicatedIp: `10.0.0.${hostId}`,
    prefixLength: 24,
    interface: "eth0",
    initialState: "started",
  })),
  rules: [{ name: "web", startPort: 80, endPort: 80, protocol: "tcp", mode: "multiple", affinity: "none" }],
  hashSeed: 7,
  heartbeatGroup: "239.255.0.100",
  heartbeatPort: 7719,
};

export const nodePolicy: NodePolicy = {
  service: "wlbs",
  wlbs: policy,
  wall: { vips: [], mscsAddresses: [] },
};

const addressOf = (node: string): string =>
  policy.hosts.find((host) => host.node === node)?.dedicatedIp ?? "";

export interface TestHost {
  half: Half;
  kernel: FakeNft;
  warnings: string[];
  /** The process stands still: no timer wakes it, nothing is sent or heard. Its kernel goes on. */
  freeze(): void;
  /** What the kernel's socket tables say; empty = no connection. */
  sockets: { text: string };
  status(): WlbsStatus;
}

export class TestCluster {
  readonly segment = createFakeSegment();
  #nowMs = 1_000_000;
  #timers: { at: number; wake: () => void }[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), "bh-wlbs-"));

  #clockOf(isFrozen: () => boolean): Clock {
    return {
      nowMs: () => this.#nowMs,
      monotonicMs: () => this.#nowMs,
      after: (delayMs, wake) => {
        const timer = { at: this.#nowMs + delayMs, wake: () => !isFrozen() && wake() };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((one) => one !== timer);
        };
      },
    };
  }

  /** A half that has not been given a policy. The same node again = the node after a restart. */
  host(node: string): TestHost {
    const kernel = new FakeNft(() => this.#nowMs);
    const warnings: string[] = [];
    const sockets = { text: "" };
    let isFrozen = false;
    const freeze = (): void => {
      isFrozen = true;
      this.segment.cut.add(addressOf(node));
    };
    const say = (_fields: Record<string, unknown>, message: string): void => void warnings.push(message);
    const half = wlbsHalf(
      {
        node,
        clock: this.#clockOf(() => isFrozen),
        log: { debug() {}, info() {}, warn: say, error: say },
        stateDir: join(this.#directory, node),
        onStatus() {},
      },
      {
        openBeats: this.segment.open,
        createDriver: () => kernel,
        readSocketTables: async () => sockets.text,
      },
    );
    const status = (): WlbsStatus => {
      const report = half.status();
      if (report.service !== "wlbs") throw new Error("not a WLBS report");
      return report.wlbs;
    };
    return { half, kernel, warnings, sockets, status, freeze };
  }

  async started(node: string, with_ = secrets): Promise<TestHost> {
    const host = this.host(node);
    await host.half.apply(nodePolicy, with_);
    return host;
  }

  /** Lets time pass in small steps, so that lanes and timers alternate as they do in reality. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10) {
      this.#nowMs += 10;
      for (const timer of this.#timers.filter(({ at }) => at <= this.#nowMs)) {
        // An earlier one of this round may have cancelled it.
        if (this.#timers.includes(timer)) timer.wake();
        this.#timers = this.#timers.filter((one) => one !== timer);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
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
