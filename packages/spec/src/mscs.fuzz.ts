/** What `formatFleet` writes, `parseFleet` reads as the same intent: for any pair within the ranges of the file. */
import { type MscsResource, type ResourceField, type ResourceType, resourceTypes } from "@bulkhead/core/mscs";
import type { MscsIntent } from "@bulkhead/core/plan";
import fc from "fast-check";
import { expect, it } from "vitest";
import { formatFleet, parseFleet } from "./index.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const path = word.map((text) => `/srv/${text}`);
const texts = fc.dictionary(word, fc.string({ maxLength: 12 }), { maxKeys: 3 });
const maybe = (max: number) => fc.option(fc.integer({ min: 1, max }));

/** Values of a field as core has them; two for `address` of ipAddress. */
function settings(field: ResourceField): fc.Arbitrary<Record<string, unknown>> {
  if (field.kind === "cidr")
    return fc.nat(253).map((byte) => ({ address: `10.77.0.${byte + 1}`, prefixLength: 24 }));
  const value = valueOf(field);
  const mayBeNull =
    !field.isRequired && field.fallback === null && !["parameters", "port"].includes(field.kind);
  return (mayBeNull ? fc.option(value) : value).map((given) => ({ [field.name]: given }));
}

function valueOf(field: ResourceField): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case "path":
      return path;
    case "port":
      return fc.integer({ min: 1, max: 65_535 });
    case "number":
      return fc.integer({ min: field.range?.[0] ?? 0, max: field.range?.[1] ?? 0 });
    case "flag":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...(field.choices ?? []));
    case "parameters":
      return texts;
    case "text":
      return field.pattern === undefined ? word : fc.stringMatching(new RegExp(field.pattern.source));
    default:
      return word;
  }
}

function resource(type: ResourceType): fc.Arbitrary<Omit<MscsResource, "name">> {
  return fc
    .record({
      dependsOn: fc.array(word, { maxLength: 2 }),
      possibleOwners: fc.array(word, { maxLength: 2 }),
      restart: fc.record({
        action: fc.constantFrom("none" as const, "restart" as const, "failover" as const),
        threshold: fc.nat(1000),
        periodS: fc.integer({ min: 1, max: 1_000_000 }),
        delayMs: fc.constantFrom(0, 500, 600_000),
      }),
      pendingTimeoutS: maybe(86_400),
      looksAliveS: maybe(86_400),
      isAliveS: type.isAliveLevel === null ? fc.constant(null) : maybe(86_400),
      retryAfterS: maybe(10_000_000),
      settings: fc.tuple(...type.fields.map(settings)),
    })
    .map(({ settings: given, ...common }): Omit<MscsResource, "name"> => {
      const own: Record<string, unknown> = Object.assign({}, ...given);
      return { ...common, ...own, type: type.type };
    });
}

const group: fc.Arbitrary<MscsIntent["groups"][string]> = fc.record({
  preferredOwners: fc.array(word, { maxLength: 2 }),
  failback: fc.record({ allow: fc.boolean(), windowHours: fc.option(fc.tuple(fc.nat(23), fc.nat(23))) }),
  failover: fc.record({ threshold: fc.nat(1000), periodHours: fc.nat(1193) }),
  priority: fc.constantFrom("high" as const, "medium" as const, "low" as const, "noAutoStart" as const),
  antiAffinity: fc.array(word, { maxLength: 2 }),
  persistentState: fc.boolean(),
  resources: fc
    .dictionary(word, fc.oneof(...resourceTypes.map(resource)), { maxKeys: 5 })
    .map((named) => Object.entries(named).map(([name, rest]) => ({ name, ...rest }) as MscsResource)),
});

const pair: fc.Arbitrary<MscsIntent> = fc.record({
  nodes: fc.array(word, { maxLength: 3 }),
  engine: fc.constantFrom("made" as const, "adopted" as const),
  networks: fc.dictionary(
    word,
    fc.record({
      subnet: fc.constantFrom("10.77.0.0/24", "fd77::/64"),
      role: fc.constantFrom("internal" as const, "client" as const, "both" as const),
    }),
    { maxKeys: 3 },
  ),
  witness: fc.option(word),
  fencing: fc.option(
    fc.record({
      agent: word.map((text) => `fence_${text}`),
      parameters: texts,
      nodes: fc.dictionary(word, texts, { maxKeys: 2 }),
    }),
  ),
  tokenMs: fc.integer({ min: 1000, max: 30_000 }),
  groups: fc.dictionary(word, group, { maxKeys: 3 }),
});

it("reads what it writes", () => {
  fc.assert(
    fc.property(pair, (data) => {
      const intent = { wlbs: {}, mscs: { data } };
      const text = formatFleet(intent);
      const result = parseFleet(text);
      expect(result, text).toEqual({ ok: true, intent: structuredClone(intent) });
    }),
    { numRuns: 500 },
  );
});
