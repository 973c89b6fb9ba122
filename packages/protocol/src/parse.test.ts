import { readFileSync } from "node:fs";
import { canonicalJson } from "@bulkhead/core/fleet";
import { type Probe, samplePolicy, sampleRule } from "@bulkhead/core/wlbs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameBytesMax } from "./limits.ts";
import {
  parseBundlePayload,
  parseEnrolRequest,
  parseEnrolResponse,
  parseEnvelope,
  parseToAgent,
  parseToController,
} from "./parse.ts";
import {
  sampleInventory,
  sampleMscsPolicy,
  samplePayload,
  samplePolicies,
  sampleToAgent,
  sampleToController,
} from "./samples.ts";

const relativeProbe: Probe = {
  check: { kind: "script", command: "check.sh", args: [] },
  periodMs: 1000,
  timeoutMs: 1000,
  rise: 2,
  fall: 2,
  whenAllFail: "serve",
};

describe("every message", () => {
  it.each(sampleToAgent)("to the agent comes through: $type", (frame) => {
    expect(parseToAgent(JSON.stringify(frame))).toEqual({ ok: true, value: frame });
  });

  it.each(sampleToController)("to the controller comes through: $type", (frame) => {
    expect(parseToController(JSON.stringify(frame))).toEqual({ ok: true, value: frame });
  });

  it.each(samplePolicies)("bundle comes through: $service", (policy) => {
    const payload = samplePayload(policy);
    expect(parseBundlePayload(canonicalJson(payload))).toEqual({ ok: true, value: payload });
  });
});

/**
 * They must be readable for as long as nodes hold them on disk, or agents speak them: `v1` was written when version 1 of the
 * format was settled, `v1b` when a WLBS cluster came to have several virtual IPs and all its parameters, `v1c` when groups and
 * resources of a pair got theirs.
 */
describe("samples of format version 1", () => {
  const lines = (file: string): string[] =>
    readFileSync(new URL(`testdata/${file}`, import.meta.url), "utf8")
      .trim()
      .split("\n");

  it.each(["v1", "v1b", "v1c"])("%s: frames are still read", (form) => {
    for (const line of lines(`${form}-to-agent.ndjson`))
      expect(parseToAgent(line), line).toMatchObject({ ok: true });
    for (const line of lines(`${form}-to-controller.ndjson`))
      expect(parseToController(line), line).toMatchObject({ ok: true });
  });

  it("bundles are still what was written", () => {
    const v1 = lines("v1-bundles.ndjson").filter((line) => !line.includes('"service":"wlbs"'));
    const former = [...v1, ...lines("v1b-bundles.ndjson")].filter(
      (line) => !line.includes('"service":"mscs"'),
    );
    expect(former).toHaveLength(5);
    for (const line of [...former, ...lines("v1c-bundles.ndjson")]) {
      const bundle = parseBundlePayload(line);
      expect(bundle.ok && canonicalJson(bundle.value), line).toBe(line);
    }
  });

  it("an MSCS bundle of the former form is read into the present one", () => {
    const [line = ""] = lines("v1-bundles.ndjson").filter((text) => text.includes('"service":"mscs"'));
    const bundle = parseBundlePayload(line);
    const mscs = bundle.ok && bundle.value.policy.service === "mscs" ? bundle.value.policy.mscs : null;
    const { groups, ...pair } = sampleMscsPolicy;
    expect(mscs).toMatchObject({
      cluster: "data",
      engine: "made",
      networks: [{ name: "service", subnet: "192.0.2.0/24", role: "both", link: 0 }],
      witness: pair.witness,
      nodes: pair.nodes,
    });
    expect(mscs?.groups[0]?.resources.map(({ restart }) => restart)).toEqual(
      groups[0]?.resources.map(({ restart }) => restart),
    );
  });

  it("a WLBS bundle of the former form is read into the present one", () => {
    const line = lines("v1-bundles.ndjson").find((text) => text.includes('"service":"wlbs"')) ?? "";
    const bundle = parseBundlePayload(line);
    const policy = bundle.ok && bundle.value.policy.service === "wlbs" ? bundle.value.policy.wlbs : null;
    expect(policy).toEqual(samplePolicy());
  });

  it("a report of a former host is read as that of one which knows nothing of the rest", () => {
    const line = lines("v1-to-controller.ndjson").find((text) => text.includes('"service":"wlbs"')) ?? "";
    const frame = parseToController(line);
    expect(frame.ok && frame.value.type === "status" && frame.value.status).toMatchObject({
      wlbs: {
        tables: ["1x2048,2x2048"],
        rules: [],
        findings: [],
        drain: null,
        members: [{ hostId: 1, isMember: true, probeHeard: null }],
        traffic: { acceptedPackets: 10, blockedPackets: 0, rules: [] },
      },
    });
  });
});

describe("refused", () => {
  const refusedAs = (outcome: { ok: boolean; problem?: string }, words: RegExp): void => {
    expect(outcome.ok).toBe(false);
    expect(outcome.problem).toMatch(words);
  };

  it("what is too large, before it is parsed", () => {
    refusedAs(parseToAgent(`"${"x".repeat(frameBytesMax)}"`), /larger than/);
  });

  it("what is not JSON, without quoting it", () => {
    const outcome = parseEnvelope("secret words");
    refusedAs(outcome, /not JSON/);
    expect(JSON.stringify(outcome)).not.toContain("secret");
  });

  it("an unknown enum, which once crashed a peer's server", () => {
    refusedAs(parseToController('{"type":"inventory","inventory":{"servicesSeen":["mars"]}}'), /inventory/);
    refusedAs(parseToController('{"type":"__proto__"}'), /type/);
    refusedAs(parseToAgent('{"type":"command","id":"1","verb":"rm","args":{}}'), /verb/);
  });

  it("a bundle with a field that this version does not know", () => {
    const [policy] = samplePolicies;
    const payload = { ...samplePayload(policy!), unless: "tuesday" };
    refusedAs(parseBundlePayload(JSON.stringify(payload)), /unless|unrecognized/i);
  });

  it.each([
    ["33 port rules", { rules: Array.from({ length: 33 }, () => samplePolicy().rules[0]) }, /rules/],
    ["no virtual IP", { vips: [] }, /vips/],
    ["a weight of 101", { rules: [sampleRule(1, { weights: [{ hostId: 1, weight: 101 }] })] }, /weight/],
    ["a probe command without path", { rules: [sampleRule(1, { probe: relativeProbe })] }, /command/],
    ["a field that this version does not know", { unless: "tuesday" }, /unless|unrecognized/i],
  ])("a WLBS policy with %s, naming the place", (_, change, words) => {
    const [policy] = samplePolicies;
    if (policy?.service !== "wlbs") throw new Error("the first sample is a WLBS host");
    const payload = samplePayload({ ...policy, wlbs: { ...policy.wlbs, ...(change as object) } });
    refusedAs(parseBundlePayload(JSON.stringify(payload)), words);
  });

  it("a bundle that says both services", () => {
    const [wlbs, mscs] = samplePolicies;
    const both = samplePayload({ ...mscs!, ...wlbs! });
    refusedAs(parseBundlePayload(JSON.stringify(both)), /policy/);
  });

  it("enrolment messages without keys", () => {
    refusedAs(parseEnrolRequest(JSON.stringify({ token: "t", inventory: sampleInventory })), /signingKey/);
    refusedAs(parseEnrolResponse('{"node":"a"}'), /controllerKey/);
  });
});

it("never throws, whatever the bytes", () => {
  const parsers = [parseToAgent, parseToController, parseBundlePayload, parseEnvelope, parseEnrolRequest];
  const seeds = [
    ...sampleToAgent,
    ...sampleToController,
    ...samplePolicies.map((policy) => samplePayload(policy)),
  ].map((value) => JSON.stringify(value));
  const mutation = fc.tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.string({ maxLength: 6 })), { maxLength: 4 }),
  );
  fc.assert(
    fc.property(mutation, ([seed, cuts]) => {
      const text = cuts.reduce((present, [at, length, insert]) => {
        const place = at % (present.length + 1);
        return present.slice(0, place) + insert + present.slice(place + length);
      }, seed);
      for (const parse of parsers) expect(typeof parse(text).ok).toBe("boolean");
    }),
    { numRuns: 1500 },
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      for (const parse of parsers) expect(typeof parse(text).ok).toBe("boolean");
    }),
  );
});
