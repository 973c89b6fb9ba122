import type { AuditEvent } from "@bulkhead/core/audit";
import { sampleGroupView } from "@bulkhead/core/mscs";
import { silentLogger } from "@bulkhead/runtime";
import { describe, expect, it } from "vitest";
import { StateWatch } from "./state-watch.ts";
import { HandClock } from "./testing/hand-clock.ts";
import { mscsStatus, ruleView, wlbsStatus } from "./testing/statuses.ts";

function setUp() {
  const events: AuditEvent[] = [];
  const append = async (...more: AuditEvent[]) => {
    events.push(...more);
  };
  // Only `append` is used.
  const db = { audit: { append } } as unknown as ConstructorParameters<typeof StateWatch>[0]["db"];
  const watch = new StateWatch({ db, clock: new HandClock(), log: silentLogger });
  return {
    watch,
    told: () =>
      events.map(({ action, object, detail }) => `${action} ${object.name} ${JSON.stringify(detail)}`),
  };
}

const group = (owner: string | null, state: "online" | "pending" | "failed") => ({
  groups: [sampleGroupView({ state, owner })],
});

describe("StateWatch", () => {
  it("tells the changes of a host, not its first state", () => {
    const { watch, told } = setUp();
    watch.seen("web-1", wlbsStatus({ state: "converging" }));
    watch.seen("web-1", wlbsStatus({ state: "converged" }));
    watch.seen("web-1", wlbsStatus({ state: "converged" }));
    expect(told()).toEqual(['wlbs.state web-1 {"cluster":"web","from":"converging","to":"converged"}']);
  });

  it("tells when a rule drains or its probe fails, and what the probe said", () => {
    const { watch, told } = setUp();
    const say = (change: Parameters<typeof ruleView>[0]) =>
      watch.seen("web-1", wlbsStatus({ rules: [ruleView(change)] }));
    say({ health: "unknown" });
    say({ health: "healthy" });
    expect(told()).toEqual([]);
    say({ health: "failing", healthText: "connection refused" });
    say({ health: "failing", healthText: "timeout" });
    say({ health: "healthy", state: "draining" });
    expect(told()).toEqual([
      'wlbs.rule http {"cluster":"web","host":"web-1","from":"enabled","to":"enabled, failing","said":"connection refused"}',
      'wlbs.rule http {"cluster":"web","host":"web-1","from":"enabled, failing","to":"draining"}',
    ]);
  });

  it("tells once that a group fails where it is, whoever reports it", () => {
    const { watch, told } = setUp();
    watch.seen("db-1", mscsStatus("db-1", group("db-1", "online")));
    watch.seen("db-2", mscsStatus("db-2", group("db-1", "pending")));
    watch.seen("db-2", mscsStatus("db-2", group("db-1", "failed")));
    watch.seen("db-1", mscsStatus("db-1", group("db-1", "failed")));
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^mscs\.group-state sql .*"state":"online".*"state":"failed"/);
  });

  it("leaves changes of the owner to the history of failovers", () => {
    const { watch, told } = setUp();
    watch.seen("db-1", mscsStatus("db-1", group("db-1", "online")));
    watch.seen("db-1", mscsStatus("db-1", group("db-2", "online")));
    expect(told()).toEqual([]);
  });

  it("does not take the late view of the other node for a change back", () => {
    const { watch, told } = setUp();
    watch.seen("db-1", mscsStatus("db-1", { ...group("db-1", "online"), cibEpoch: "0.12.9" }));
    watch.seen("db-2", mscsStatus("db-2", { ...group("db-1", "failed"), cibEpoch: "0.12.30" }));
    watch.seen("db-1", mscsStatus("db-1", { ...group("db-1", "online"), cibEpoch: "0.12.10" }));
    watch.seen("db-1", mscsStatus("db-1", { ...group("db-1", "failed"), cibEpoch: "0.13.0" }));
    expect(told()).toHaveLength(1);
  });

  it("does not believe a node without quorum or sight", () => {
    const { watch, told } = setUp();
    watch.seen("db-1", mscsStatus("db-1", group("db-1", "online")));
    watch.seen("db-2", mscsStatus("db-2", { ...group("db-2", "online"), hasQuorum: false }));
    watch.seen(
      "db-2",
      mscsStatus("db-2", { ...group(null, "failed"), engineBlind: "crm_mon does not answer" }),
    );
    expect(told()).toEqual([]);
  });
});
