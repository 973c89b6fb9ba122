/** The chain and the export, by example. `audit.fuzz.ts` has the properties. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type AuditEvent,
  type AuditRecord,
  auditJson,
  csvCell,
  type ExportFormat,
  eventText,
  genesisHash,
  headerRow,
  linkEvents,
  maxEventLength,
  parseCsvRow,
  recordRow,
  recordText,
  rowEnd,
  sealRow,
  verifyExport,
  verifyRecords,
} from "./index.ts";

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");
const start = { seq: 0, hash: genesisHash };

function event(action: string, detail: Record<string, unknown> = {}): AuditEvent {
  const actor = { kind: "user" as const, id: "u1", name: '=cmd|" /C calc"' };
  return {
    at: 1_795_000_000_123,
    actor,
    action,
    object: { kind: "node", name: "web-1" },
    outcome: "done",
    detail,
  };
}

const chain = linkEvents(
  [event("node.enrol"), event("plan.create", { lines: ["a\r\nb", "-1"] }), event("plan.apply")],
  start,
  sha256,
);

function exported(format: ExportFormat, records: readonly AuditRecord[]): string {
  const head = records.at(-1)?.hash ?? genesisHash;
  const seal = sealRow(format, { exportedAt: 5, count: records.length, head }, sha256);
  const rows = records.map((record) => recordRow(format, record));
  return [headerRow(format), ...rows, seal].map((row) => row + rowEnd(format)).join("");
}

describe("canonical text", () => {
  it("does not depend on key order and leaves out what JSON leaves out", () => {
    expect(auditJson({ b: 1, a: [undefined, () => 1, null], c: undefined })).toBe(
      '{"a":[null,null,null],"b":1}',
    );
  });

  it("writes what JSON cannot carry as text", () => {
    expect(auditJson([Number.NaN, -0, 1e21, 0.1, 10n])).toBe('["NaN",0,1e+21,0.1,"10"]');
    expect(auditJson("a\0b\uD800")).toBe('"a\uFFFDb\uFFFD"');
  });

  it("ends on a cyclic value", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    expect(auditJson(cyclic)).toContain('"..."');
  });

  it("hashes number, hash before and event, one line each", () => {
    expect(recordText(7, "ab", event("x"))).toBe(`7\nab\n${eventText(event("x"))}`);
    expect(eventText(event("x"))).toMatch(/^\{"action":"x","actor":\{/);
  });

  it("keeps an event whose detail is too long, without the detail", () => {
    const text = eventText(event("x", { noise: "y".repeat(maxEventLength) }));
    expect(text.length).toBeLessThan(1_000);
    expect(text).toContain("was left out");
  });
});

describe("verifyRecords", () => {
  const head = chain.at(-1) as AuditRecord;
  const [one, two, three] = chain as [AuditRecord, AuditRecord, AuditRecord];

  it("accepts a good chain and gives its head", () => {
    expect(verifyRecords(chain, { sha256 })).toEqual({ ok: true, count: 3, head: head.hash });
    expect(verifyRecords([], { sha256 })).toEqual({ ok: true, count: 0, head: genesisHash });
  });

  it.each([
    ["an edit", [one, { ...two, action: "plan.creat" }, three], 2, /record 2 was changed/],
    ["a removal", [one, three], 2, /record 2 is missing/],
    ["a reordering", [two, one, three], 1, /record 1 is missing or out of order/],
    [
      "a replaced record",
      [one, ...linkEvents([event("other")], { seq: 1, hash: "f".repeat(64) }, sha256), three],
      2,
      /does not follow/,
    ],
  ] as const)("names %s", (...[, records, seq, reason]) => {
    expect(verifyRecords(records, { sha256 })).toMatchObject({
      ok: false,
      seq,
      reason: expect.stringMatching(reason),
    });
  });

  it("finds a cut tail, and a chain rewritten as a whole, against a known head", () => {
    const expectHead = { seq: 3, hash: head.hash };
    expect(verifyRecords([one, two], { sha256, expectHead })).toMatchObject({
      ok: false,
      seq: 3,
      reason: expect.stringContaining("tail is cut off"),
    });
    const forged = linkEvents([event("a"), event("b"), event("c")], start, sha256);
    expect(verifyRecords(forged, { sha256, expectHead })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("hash differs"),
    });
  });
});

describe.each(["csv", "ndjson"] as const)("export as %s", (format) => {
  const text = exported(format, chain);
  const rows = chain.map((record) => recordRow(format, record));

  it("verifies, however it is cut into chunks", async () => {
    const good = { ok: true, count: 3, head: chain.at(-1)?.hash };
    expect(await verifyExport([text], { sha256 })).toEqual(good);
    expect(await verifyExport([...text], { sha256 })).toEqual(good);
  });

  it("names line and record of every single changed character", async () => {
    const starts = [
      0,
      ...rows.map((row) => text.indexOf(row)),
      text.lastIndexOf(rowEnd(format), text.length - 3) + rowEnd(format).length,
    ];
    const line = (at: number) =>
      text
        .slice(
          0,
          starts.findLast((begin) => begin <= at),
        )
        .split("\n").length;
    for (let at = 0; at < text.length; at++) {
      for (const other of ["x", '"', "\n"]) {
        if (text[at] === other) continue;
        const verdict = await verifyExport([text.slice(0, at) + other + text.slice(at + 1)], { sha256 });
        expect(verdict.ok, `character ${at} became ${JSON.stringify(other)}`).toBe(false);
        if (!verdict.ok) expect([line(at), line(at) + 1]).toContain(verdict.line);
      }
    }
  });

  it.each([
    ["a removed row", 2, [1, 3]],
    ["rows in another order", 2, [1, 3, 2]],
    ["a row twice", 3, [1, 2, 2, 3]],
    ["no seal", 4, [1, 2, 3]],
  ])("finds %s", async (what, seq, order) => {
    const head = chain.at(-1)?.hash ?? "";
    const seal = what === "no seal" ? [] : [sealRow(format, { exportedAt: 5, count: 3, head }, sha256)];
    const all = [headerRow(format), ...order.map((n) => rows[n - 1] ?? ""), ...seal];
    expect(await verifyExport([all.map((row) => row + rowEnd(format)).join("")], { sha256 })).toMatchObject({
      ok: false,
      seq,
    });
  });

  it("finds a cut tail with a seal made for it, if the head is known", async () => {
    const cut = exported(format, chain.slice(0, 2));
    const expectHead = { seq: 3, hash: chain.at(-1)?.hash ?? "" };
    expect(await verifyExport([cut], { sha256 })).toMatchObject({ ok: true, count: 2 });
    expect(await verifyExport([cut], { sha256, expectHead })).toMatchObject({ ok: false, seq: 3 });
  });

  it("finds something after the seal, and says no to another kind of file", async () => {
    expect(await verifyExport([`${text}x${rowEnd(format)}`], { sha256 })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("after the seal"),
    });
    expect(await verifyExport(["hello\n"], { sha256 })).toMatchObject({ ok: false, line: 1 });
    expect(await verifyExport([], { sha256 })).toMatchObject({ ok: false, line: 1 });
  });
});

describe("what the hash does not cover", () => {
  const odd = { ...event("x".repeat(512)), at: 0, actor: { kind: "user" as const, id: "7", name: "n" } };
  const [record] = linkEvents([odd], { seq: 0, hash: genesisHash }, sha256) as [AuditRecord];
  const file = (row: string) =>
    [
      headerRow("ndjson"),
      row,
      sealRow("ndjson", { exportedAt: 9, count: 1, head: record.hash }, sha256),
    ].join("\n") + "\n";
  const verdict = (row: object) => verifyExport([file(auditJson(row))], { sha256 });

  it("is nothing in a genuine row", async () => {
    expect(await verdict(record)).toMatchObject({ ok: true, count: 1 });
  });

  it.each<[string, object]>([
    ["a field that was added", { ...record, note: "forged" }],
    ["a field added to the actor", { ...record, actor: { ...record.actor, role: "admin" } }],
    ["a name that goes on beyond its length", { ...record, action: `${record.action}y` }],
    ["a number for a text", { ...record, actor: { ...record.actor, id: 7 } }],
    ["a time that is a text", { ...record, at: "0" }],
    ["a time that was taken out", { ...record, at: undefined }],
  ])("is found: %s", async (_, row) => {
    expect(await verdict(row)).toMatchObject({ ok: false, line: 2 });
  });
});

describe("cells", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["\rx", `"'\rx"`],
    ["'quoted", "''quoted"],
    ["plain", "plain"],
    ['say "a,b"', '"say ""a,b"""'],
  ])("writes %j as %j and reads it back", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
    expect(parseCsvRow(`${cell},${cell}`)).toEqual([value, value]);
  });

  it.each(['"open', 'a"b', '"a"b', "a\nb"])("does not read the broken row %j", (row) => {
    expect(parseCsvRow(row)).toBeNull();
  });
});
