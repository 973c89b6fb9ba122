/** What a terminal says of a pair of which nothing is known. */
import type { MscsSnapshot } from "@bulkhead/api";
import { expect, test } from "vitest";
import { showText } from "./texts.ts";

const pair: MscsSnapshot = {
  name: "data",
  nodes: [],
  witness: null,
  networks: [],
  groups: [],
  view: null,
  viewAt: null,
  viewFrom: null,
  protection: { isProtected: true, why: [], warnings: [] },
  drift: [],
  acts: [],
  failovers: [],
  causes: [],
  why: null,
};

/** What these texts look at. */
const view = {
  nodes: [],
  groups: [],
  networks: [],
  fencing: [],
  fencingEnabled: true,
  hasQuorum: true,
  isMaintenance: false,
  dc: null,
  witness: { votes: true, isTls: true, why: null },
} as unknown as NonNullable<MscsSnapshot["view"]>;

test("nothing is called protected, off or running before somebody has reported", () => {
  const text = showText(pair, 0);
  expect(text).toContain("protected: not known");
  expect(text).toContain("fencing: unknown");
  expect(text).toContain("quorum: unknown");
});

test("a pair that has been seen is protected, or said not to be", () => {
  const seen = { ...pair, view };
  expect(showText(seen, 0)).toContain("protected: yes");
  const faulty = { isProtected: false, why: ["There is no witness"], warnings: [] };
  expect(showText({ ...seen, protection: faulty }, 0)).toContain("NOT PROTECTED\n  There is no witness");
  expect(showText({ ...pair, protection: faulty }, 0)).toContain("NOT PROTECTED");
});
