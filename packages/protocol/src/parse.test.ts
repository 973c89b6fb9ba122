import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical.ts";
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
  samplePayload,
  samplePolicies,
  sampleToAgent,
  sampleToController,
} from "./samples.ts";

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

/** Written when version 1 of the format was settled. They must be readable for as long as nodes hold them on disk. */
describe("samples of format version 1", () => {
  const lines = (file: string): string[] =>
    readFileSync(new URL(`testdata/${file}`, import.meta.url), "utf8")
      .trim()
      .split("\n");

  it("are still read", () => {
    const files = { "v1-to-agent.ndjson": parseToAgent, "v1-to-controller.ndjson": parseToController };
    for (const [file, parse] of Object.entries(files))
      for (const line of lines(file)) expect(parse(line), line).toMatchObject({ ok: true });
    for (const line of lines("v1-bundles.ndjson")) {
      const bundle = parseBundlePayload(line);
      expect(bundle.ok && canonicalJson(bundle.value)).toBe(line);
    }
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
