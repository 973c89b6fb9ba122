/**
 * A runner in memory, for tests of what stands above it. It is named as fake and never part of the product: it
 * has no rules of its own: what an order leads to is the test's to say.
 */
import { blindView, type CibModel, type ClusterView } from "@bulkhead/core/mscs";
import { mergeCib } from "./cib-merge.ts";
import { modelDigest, newCib } from "./cib-xml.ts";
import { EngineError } from "./errors.ts";
import { createOrders, type EngineOrders } from "./orders.ts";
import type { QuorumState } from "./quorum-tool.ts";
import type { PacemakerRunner } from "./runner.ts";
import type { EngineUnit, Units } from "./units.ts";
import { element, parseXml, type XmlElement } from "./xml.ts";

export class FakePacemakerRunner implements PacemakerRunner {
  /** What `read` answers. */
  view: ClusterView;
  /** What was written, last first. */
  readonly written: CibModel[] = [];
  /** The live CIB as orders change it; begins with the first policy that is written. */
  live: XmlElement = element("cib", {});
  /** Called after every order: how a test lets the engine follow. */
  onOrder: () => void = () => {};
  readonly running = new Set<EngineUnit>();
  /** Unit calls in order, for example `start pacemaker`. */
  readonly calls: string[] = [];
  /** Programs that orders ran, with their arguments. */
  readonly tools: string[] = [];
  drift: string[] = [];
  members: number[] = [1, 2];
  quorate = true;
  units: Units = {
    start: (unit) => this.#unit("start", unit),
    restart: (unit) => this.#unit("restart", unit),
    stop: (unit) => this.#unit("stop", unit),
    isActive: (unit) => Promise.resolve(this.running.has(unit)),
  };

  readonly orders: EngineOrders;

  constructor(view: ClusterView | string) {
    this.view = typeof view === "string" ? blindView(view, "not started", null) : view;
    this.orders = createOrders({
      run: (command, args) => this.#tool([command, ...args].join(" ")),
      cib: () => this.cib(),
      edit: (change) => this.edit(change),
    });
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
    this.live = this.written.length === 0 ? parseXml(newCib(model), "cib") : mergeCib(this.live, model);
    this.written.unshift(model);
    return Promise.resolve("written");
  }

  cib(): Promise<XmlElement> {
    return Promise.resolve(this.live);
  }

  edit(change: (cib: XmlElement) => XmlElement): Promise<void> {
    if (this.view.engineBlind !== null)
      return Promise.reject(new EngineError("cibadmin --query: Transport endpoint is not connected", 107));
    this.live = change(this.live);
    this.onOrder();
    return Promise.resolve();
  }

  quorum(): Promise<QuorumState | null> {
    if (!this.running.has("corosync")) return Promise.resolve(null);
    return Promise.resolve({ quorate: this.quorate, witnessVotes: true, members: this.members });
  }

  reloadCorosync(): Promise<void> {
    this.calls.push("reload corosync");
    return Promise.resolve();
  }

  #tool(line: string) {
    this.tools.push(line);
    this.onOrder();
    return Promise.resolve({ code: 0, stdout: "", stderr: "" });
  }

  #unit(verb: "start" | "restart" | "stop", unit: EngineUnit): Promise<void> {
    this.calls.push(`${verb} ${unit}`);
    if (verb === "stop") this.running.delete(unit);
    else this.running.add(unit);
    return Promise.resolve();
  }
}
