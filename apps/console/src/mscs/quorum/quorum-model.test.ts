/** Protection in words: never better than what is known. */
import { blindView, sampleView } from "@bulkhead/core/mscs";
import { expect, test } from "vitest";
import { samplePairSnapshot } from "../sample-pair.ts";
import { fenceCondition, fencedAt, protectionText, tlsText, votesShort, votesText } from "./quorum-model.ts";

test("what is not known is not called safe", () => {
  const blind = samplePairSnapshot({ view: blindView("data", "gone", null) });
  expect(protectionText(blind).role).toBe("unknown");
  expect(tlsText(blind).role).toBe("unknown");
  expect(votesText(blind)).toContain("does not tell");
  expect(votesShort(blind)).toBe("votes unknown");
  expect(votesShort(samplePairSnapshot())).toBe("3 of 3 votes");
  expect(tlsText(samplePairSnapshot({ witness: null })).role).toBe("bad");
  expect(
    tlsText(samplePairSnapshot({ view: sampleView({ witness: { votes: true, isTls: false, why: null } }) }))
      .role,
  ).toBe("bad");
  expect(fenceCondition({ device: "a", working: null, why: null }).role).toBe("unknown");
  expect(fenceCondition({ device: "a", working: false, why: "timed out" })).toMatchObject({
    role: "bad",
    why: "timed out",
  });
});

test("votes say what may be lost", () => {
  expect(votesText(samplePairSnapshot())).toContain("any one may be lost");
  expect(votesText(samplePairSnapshot({ view: sampleView({ witnessVotes: false }) }))).toContain(
    "none may be lost",
  );
  expect(votesText(samplePairSnapshot({ view: sampleView({ hasQuorum: false }) }))).toContain("no quorum");
});

test("the engine's way of writing an instant is read", () => {
  expect(fencedAt("2026-11-22 21:24:45Z")).toBe(Date.UTC(2026, 10, 22, 21, 24, 45));
  expect(fencedAt("some time ago")).toBeNull();
});
