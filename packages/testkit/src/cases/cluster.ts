/** The small cluster of a frozen case: made by its first lines, then acted on line by line. */
import { type PortRule, statusOf, type WlbsPolicy } from "@bulkhead/core/wlbs";
import type { Violation } from "../checks/violation.ts";
import { labPolicy } from "../lab-policy.ts";
import type { SimHost } from "../wlbs-host.ts";
import { WlbsLab } from "../wlbs-lab.ts";

/** Decides only the incarnations: a steady lab does not depend on it. */
const SEED = 7;

export type CaseStatus = ReturnType<typeof statusOf>;

export class CaseCluster {
  policy: WlbsPolicy = labPolicy(1, { rules: [] });
  /** Table of each rule as last shown, to count what moved. */
  readonly shown = new Map<string, string>();
  #lab: WlbsLab | null = null;
  #told = 0;

  /** Made with the first line that needs it; the policy can be described before. */
  get lab(): WlbsLab {
    this.#lab ??= this.#makeLab();
    return this.#lab;
  }

  #makeLab(): WlbsLab {
    const lab = new WlbsLab({ seed: SEED, hosts: this.policy.hosts.length, steady: true });
    lab.usePolicy(this.policy);
    return lab;
  }

  get isRunning(): boolean {
    return this.#lab !== null;
  }

  host(id: string): SimHost {
    const found = this.lab.hosts.find((host) => host.node === id || host.node === `web-${id}`);
    if (!found) throw new Error(`there is no host ${id}`);
    return found;
  }

  rule(name: string): PortRule {
    const found = this.policy.rules.find((rule) => rule.name === name);
    if (!found) throw new Error(`there is no rule ${name}`);
    return found;
  }

  status(host: SimHost): CaseStatus {
    return statusOf(host.state, host.clock.now());
  }

  /** Broken promises since the last call. */
  takeViolations(): Violation[] {
    const all = this.#lab?.violations ?? [];
    const fresh = all.slice(this.#told);
    this.#told = all.length;
    return fresh;
  }
}
