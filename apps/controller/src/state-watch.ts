/**
 * Writes state changes of both tiers to the audit log as the nodes report them: hosts that stop, converge or drain,
 * port rules that drain or fail, and groups that fail or recover where they are. What happened by itself is as much
 * history as what people did. Groups that change their owner are failovers (`history/failover-book.ts`).
 */
import type { AuditEvent } from "@bulkhead/core/audit";
import type { ClusterView } from "@bulkhead/core/mscs";
import type { RuleView } from "@bulkhead/core/wlbs";
import type { Db } from "@bulkhead/db";
import type { StatusReport } from "@bulkhead/protocol";
import type { Clock, Logger } from "@bulkhead/runtime";
import { AttemptLimit } from "./attempt-limit.ts";

export interface StateWatchOptions {
  db: Pick<Db, "audit">;
  clock: Clock;
  log: Logger;
}

type Group = ClusterView["groups"][number];

/** States that last; what is on its way is told by where it arrives. */
const lasting: readonly Group["state"][] = ["online", "offline", "failed"];

/** After that long a lower epoch is no late view but an engine that was started anew. */
const epochMemoryMs = 10_000;

export class StateWatch {
  readonly #options: StateWatchOptions;
  /** A host that flaps is in the picture every second; the log takes a bounded number of its changes. */
  readonly #limit: AttemptLimit;
  readonly #hostStates = new Map<string, string>();
  /** By `node cluster rule`. */
  readonly #rules = new Map<string, string>();
  /** By `cluster group`: the last state that lasted. */
  readonly #epochs = new Map<string, { epoch: string | null; seenMs: number }>();
  readonly #groups = new Map<string, { state: Group["state"]; owner: string | null }>();

  constructor(options: StateWatchOptions) {
    this.#options = options;
    this.#limit = new AttemptLimit(options.clock, { attempts: 60, windowMs: 60_000 });
  }

  /** Call it with every status of a node. The first report after a start is the base, not a change. */
  seen(node: string, status: StatusReport): void {
    if (status.service === "wlbs") {
      this.#host(node, status.wlbs.cluster, status.wlbs);
      for (const rule of status.wlbs.rules) this.#rule(node, status.wlbs.cluster, rule);
    } else this.#hostStates.delete(node);
    if (status.service !== "mscs") return;
    const { view } = status.mscs;
    // A node without sight or quorum knows nothing of the pair.
    if (view.engineBlind !== null || !view.hasQuorum || this.#isOutdated(view)) return;
    for (const group of view.groups) this.#group(node, view.cluster, group);
  }

  /** The two nodes read the engine at different moments: a view older than one already seen would undo a move. */
  #isOutdated({ cluster, cibEpoch }: ClusterView): boolean {
    const now = this.#options.clock.monotonicMs();
    const newest = this.#epochs.get(cluster);
    if (newest && now - newest.seenMs < epochMemoryMs && isOlder(cibEpoch, newest.epoch)) return true;
    this.#epochs.set(cluster, { epoch: cibEpoch, seenMs: now });
    return false;
  }

  #host(node: string, cluster: string, { state, cause }: { state: string; cause: string | null }): void {
    const before = this.#hostStates.get(node);
    this.#hostStates.set(node, state);
    if (before === undefined || before === state) return;
    this.#note(node, {
      action: "wlbs.state",
      object: { kind: "wlbs-host", name: node },
      outcome: "done",
      detail: { cluster, from: before, to: state, ...(cause ? { cause } : {}) },
    });
  }

  /** A rule that is drained by hand, or by its own probe, is seen by clients as much as a host that stops. */
  #rule(node: string, cluster: string, { name, state, health, healthText }: RuleView): void {
    const key = `${node} ${cluster} ${name}`;
    const now = health === "failing" ? `${state}, failing` : state;
    const before = this.#rules.get(key);
    this.#rules.set(key, now);
    if (before === undefined || before === now) return;
    this.#note(node, {
      action: "wlbs.rule",
      object: { kind: "port-rule", name },
      outcome: "done",
      detail: { cluster, host: node, from: before, to: now, ...(healthText ? { said: healthText } : {}) },
    });
  }

  #group(node: string, cluster: string, { name, state, owner }: Group): void {
    if (!lasting.includes(state)) return;
    const key = `${cluster} ${name}`;
    const before = this.#groups.get(key);
    this.#groups.set(key, { state, owner });
    if (!before || before.state === state || before.owner !== owner) return;
    this.#note(node, {
      action: "mscs.group-state",
      object: { kind: "group", name },
      outcome: state === "failed" ? "failed" : "done",
      detail: { cluster, from: before, to: { state, owner } },
    });
  }

  #note(node: string, deed: Pick<AuditEvent, "action" | "object" | "outcome" | "detail">): void {
    if (!this.#limit.allows(node)) return;
    const { db, clock, log } = this.#options;
    const actor = { kind: "node" as const, id: node, name: node };
    db.audit
      .append({ ...deed, at: clock.nowMs(), actor })
      .catch((error: unknown) => log.error({ node, err: error }, "state change not audited"));
  }
}

/** CIB epochs `admin_epoch.epoch.num_updates`, compared number by number. */
function isOlder(epoch: string | null, than: string | null): boolean {
  const [a, b] = [epoch, than].map((text) => (text ?? "").split(".").map(Number));
  const at = (a ?? []).findIndex((part, index) => part !== b?.[index]);
  return at >= 0 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}
