/** Networks are told as they are seen; what nobody tells is unknown. */
import { sampleView } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { samplePairSnapshot } from "../sample-pair.ts";
import { linksOf, networkRows } from "./network-model.ts";

const up = { name: "service", role: "both" as const, state: "up" as const };
const ends = [
  { node: "db-1", address: "10.77.0.11", state: "up" as const },
  { node: "db-2", address: "10.77.0.12", state: "failed" as const },
];

test("the policy and what is seen are joined by name, one end per node", () => {
  const pair = samplePairSnapshot({ view: sampleView({ networks: [{ ...up, interfaces: ends }] }) });
  const [row] = networkRows(pair);
  expect(row).toMatchObject({ subnet: "10.77.0.0/24", link: 0, condition: { role: "ok" } });
  expect(row?.ends.map(({ state }) => state)).toEqual(["up", "failed"]);
});

test("a network of which nobody tells is unknown, and an address is the planned one", () => {
  const [row] = networkRows(samplePairSnapshot());
  expect(row?.condition.role).toBe("unknown");
  expect(row?.ends[0]).toMatchObject({ address: "10.77.0.11", state: "unknown" });
});

test("links are told by Corosync also while Pacemaker is blind", () => {
  const networks = [{ ...up, interfaces: ends }];
  const pair = samplePairSnapshot({ view: sampleView({ engineBlind: "gone", networks }) });
  expect(networkRows(pair)[0]?.condition.role).toBe("ok");
});

test("links are counted, client networks are not", () => {
  const pair = samplePairSnapshot({
    networks: [
      { name: "service", subnet: "10.77.0.0/24", role: "both", link: 0 },
      { name: "clients", subnet: "10.79.0.0/24", role: "client", link: null },
    ],
    view: sampleView({ networks: [{ ...up, interfaces: ends }] }),
  });
  expect(linksOf(networkRows(pair))).toEqual({ all: 1, up: 1, isKnown: true });
});

test("a network whose other end is away carries nothing, and is not drawn whole", () => {
  const away = [{ node: "db-1", address: "10.77.0.11", state: "up" as const }];
  const pair = samplePairSnapshot({ view: sampleView({ networks: [{ ...up, interfaces: away }] }) });
  const rows = networkRows(pair);
  expect(rows[0]?.condition).toMatchObject({ role: "unknown", word: "One end" });
  expect(rows[0]?.condition.why).toContain("the end at db-2");
  expect(linksOf(rows)).toMatchObject({ up: 0 });
});

test.each(["down", "partitioned"] as const)(
  "a network that is %s names the end whose cable is out",
  (state) => {
    const pair = samplePairSnapshot({ view: sampleView({ networks: [{ ...up, state, interfaces: ends }] }) });
    expect(networkRows(pair)[0]?.condition).toMatchObject({
      role: "bad",
      why: "The card or cable of db-2 is down: no heartbeat passes.",
    });
  },
);
