/** Properties of chain and export over arbitrary events, odd characters included. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, it } from "vitest";
import {
  type AuditEvent,
  auditJson,
  type ExportFormat,
  eventText,
  genesisHash,
  headerRow,
  linkEvents,
  parseEvent,
  recordRow,
  rowEnd,
  sealRow,
  verifyExport,
} from "./index.ts";

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");
const start = { seq: 0, hash: genesisHash };

/** Half of the names are made of what breaks CSV, JSON, spreadsheets and databases. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."'\"=+-@,\t\r\n\0\\ \uD800\uDC00a;") }),
);
const events: fc.Arbitrary<AuditEvent[]> = fc.array(
  fc.record({
    at: fc.oneof(fc.integer(), fc.double()),
    actor: fc.record({ kind: fc.constantFrom("user", "token", "node", "system"), id: text, name: text }),
    action: text,
    object: fc.record({ kind: text, name: text }),
    outcome: fc.constantFrom("done", "refused", "failed"),
    detail: fc.dictionary(text, fc.anything({ withBigInt: true, withNullPrototype: true })),
  }),
  { minLength: 1, maxLength: 6 },
);
const format = fc.constantFrom<ExportFormat>("csv", "ndjson");

function exported(kind: ExportFormat, list: AuditEvent[]): string {
  const chain = linkEvents(list, start, sha256);
  const seal = sealRow(kind, { exportedAt: 9, count: chain.length, head: chain.at(-1)?.hash ?? "" }, sha256);
  return [headerRow(kind), ...chain.map((record) => recordRow(kind, record)), seal]
    .map((row) => row + rowEnd(kind))
    .join("");
}

describe("audit, any events", () => {
  it("canonical text reads back to the same text", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true }),
        (value) => auditJson(JSON.parse(auditJson(value))) === auditJson(value),
      ),
    );
    fc.assert(
      fc.property(events, (list) =>
        list.every((one) => eventText(parseEvent(eventText(one))) === eventText(one)),
      ),
    );
  });

  it("an export verifies", async () => {
    const property = fc.asyncProperty(format, events, async (kind, list) => {
      const verdict = await verifyExport([exported(kind, list)], { sha256 });
      return verdict.ok && verdict.count === list.length;
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("an export with one other character does not", async () => {
    const change = fc.record({ at: fc.nat(), by: fc.string({ minLength: 1, maxLength: 1 }) });
    const property = fc.asyncProperty(format, events, change, async (kind, list, { at, by }) => {
      const good = exported(kind, list);
      const where = at % good.length;
      fc.pre(good[where] !== by);
      return !(await verifyExport([good.slice(0, where) + by + good.slice(where + 1)], { sha256 })).ok;
    });
    await fc.assert(property, { numRuns: 1_000 });
  });
});
