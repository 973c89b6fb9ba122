import type { AuditEvent } from "@bulkhead/core/audit";
import type { Refusal } from "@bulkhead/core/fleet";
import { silentLogger } from "@bulkhead/runtime";
import { expect, it } from "vitest";
import { DriftWatch } from "./drift-watch.ts";
import { HandClock } from "./testing/hand-clock.ts";

const violation = (rule: string, hosts: string[], message = "m"): Refusal => ({
  rule,
  severity: "error",
  objects: [
    { kind: "wlbs-cluster", name: "web" },
    ...hosts.map((name) => ({ kind: "wlbs-host" as const, name })),
  ],
  message,
  reason: "r",
  cure: "c",
});

function setUp() {
  const clock = new HandClock();
  const events: AuditEvent[] = [];
  let found: Refusal[] = [];
  // Only `append` is used.
  const db = {
    audit: { append: async (...more: AuditEvent[]) => void events.push(...more) },
  } as unknown as ConstructorParameters<typeof DriftWatch>[0]["db"];
  const watch = new DriftWatch({ db, find: () => found, clock, log: silentLogger });
  const see = (...violations: Refusal[]) => {
    found = violations;
    watch.check();
  };
  const told = () => events.map(({ action, detail }) => `${action} ${String(detail["rules"])}`);
  return { clock, see, told };
}

it("opens once and closes once, whoever is concerned meanwhile", () => {
  const { see, told } = setUp();
  see(violation("W-cluster-mac-blocked", ["web-1"]));
  see(violation("W-cluster-mac-blocked", ["web-1", "web-2"]));
  see();
  see();
  expect(told()).toEqual(["violation.open W-cluster-mac-blocked", "violation.close W-cluster-mac-blocked"]);
});

it("keeps two claimed addresses apart", () => {
  const { see, told } = setUp();
  const [one, other] = ["10.0.0.1", "10.0.0.2"].map((vip) =>
    violation("W-duplicate-vip", [], `claims ${vip}`),
  );
  if (!one || !other) throw new Error("two were made");
  see(one);
  see(one, other);
  see(other);
  expect(told().map((line) => line.split(" ")[0])).toEqual([
    "violation.open",
    "violation.open",
    "violation.close",
  ]);
});

it("does not let what flaps fill the log", () => {
  const { clock, see, told } = setUp();
  for (let round = 0; round < 100; round++) {
    see(violation("W-one-way", ["web-1"]));
    see();
  }
  expect(told().length).toBe(60);
  clock.turn(60_000);
  see(violation("W-one-way", ["web-1"]));
  expect(told().length).toBe(61);
});
