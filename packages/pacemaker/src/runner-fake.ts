/**
 * A runner in memory, for tests of what stands above it. It is named as fake and never part of the product: it
 * has no rules of its own beyond "a group is where it was moved to".
 */
import { blindView, type CibModel, type ClusterView } from "@bulkhead/core/mscs";
import { modelDigest } from "./cib-xml.ts";
import type { MoveOptions, MoveOutcome } from "./move.ts";
import type { QuorumState } from "./quorum-tool.ts";
import type { PacemakerRunner } from "./runner.ts";
import type { EngineUnit, Units } from "./units.ts";

export class FakePacemakerRunner implements PacemakerRunner {
  /** What `read` answers. */
  view: ClusterView;
  /** What was written, last first. */
  readonly written: CibModel[] = [];
  readonly moves: MoveOptions[] = [];
  readonly running = new Set<EngineUnit>();
  /** Unit calls in order, for example `start pacemaker`. */
  readonly calls: string[] = [];
  drift: string[] = [];
  members: number[] = [1, 2];
  units: Units = {
    start: (unit) => this.#unit("start", unit),
    restart: (unit) => this.#unit("restart", unit),
    stop: (unit) => this.#unit("stop", unit),
    isActive: (unit) => Promise.resolve(this.running.has(unit)),
  };

  constructor(view: ClusterView | string) {
    this.view = typeof view === "string" ? blindView(view, "not started", null) : view;
  }

  read(): Promise<ClusterView> {
    return Promise.resolve(this.view);
  }

  readAll(): Promise<ClusterView> {
    return this.read();
  }

  inspect(model: CibModel) {
    const last = this.written[0];
    const isSamePolicy = last !== undefined && modelDigest(last) === modelDigest(model);
    return Promise.resolve({
      epoch: `0.${this.written.length}.0`,
      isSamePolicy,
      drift: this.drift,
      differences: [],
      foreign: [],
    });
  }

  apply(model: CibModel): Promise<"written" | "outdated"> {
    this.written.unshift(model);
    return Promise.resolve("written");
  }

  move(options: MoveOptions): Promise<MoveOutcome> {
    this.moves.push(options);
    return Promise.resolve({ result: "moved", tookMs: 0 });
  }

  quorum(): Promise<QuorumState | null> {
    if (!this.running.has("corosync")) return Promise.resolve(null);
    return Promise.resolve({ quorate: true, witnessVotes: true, members: this.members });
  }

  reloadCorosync(): Promise<void> {
    this.calls.push("reload corosync");
    return Promise.resolve();
  }

  #unit(verb: "start" | "restart" | "stop", unit: EngineUnit): Promise<void> {
    this.calls.push(`${verb} ${unit}`);
    if (verb === "stop") this.running.delete(unit);
    else this.running.add(unit);
    return Promise.resolve();
  }
}
