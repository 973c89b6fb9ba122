/**
 * New bundles for nodes that enrolled again: they have new keys and cannot read what was sealed for the old ones.
 * The plan in force is planned and applied once more, by the same way and with the same checks as by hand.
 */
import type { Actor } from "@bulkhead/api";
import type { Logger } from "@bulkhead/runtime";
import { type Applier, applyPlan } from "./apply.ts";
import { createPlan } from "./plans.ts";
import type { Rollouts } from "./rollout.ts";

/** Stands in the audit log as the one who applied. */
const reissuer: Actor = { kind: "token", id: "controller", name: "controller (node enrolled again)" };

export class Reissuer {
  readonly #applier: Applier;
  readonly #rollouts: Rollouts;
  readonly #log: Logger;
  #last: Promise<void> = Promise.resolve();

  constructor(applier: Applier, rollouts: Rollouts, log: Logger) {
    this.#applier = applier;
    this.#rollouts = rollouts;
    this.#log = log;
  }

  /** One after the other: each applies to the head that the one before it left. */
  reissue(node: string): Promise<void> {
    this.#last = this.#last
      .then(() => this.#run(node))
      .catch((error: unknown) => {
        this.#log.error({ node, err: error }, "no new bundle for a node that enrolled again");
      });
    return this.#last;
  }

  async #run(node: string): Promise<void> {
    const { applied } = this.#applier.world;
    if (!applied) return;
    // Nothing of the cluster changes: whether it converges does not matter.
    const override = ["R32"] as const;
    const plan = await createPlan(this.#applier, reissuer, { yaml: applied.row.yaml, override });
    const order = { planId: plan.id, hash: plan.hash, override };
    const result = await applyPlan(this.#applier, reissuer, order);
    if ("refusals" in result) {
      this.#log.warn(
        { node, rules: result.refusals.map(({ rule }) => rule) },
        "new bundle refused; apply again by hand",
      );
      return;
    }
    await this.#applier.world.refresh();
    this.#rollouts.start(result);
  }
}
