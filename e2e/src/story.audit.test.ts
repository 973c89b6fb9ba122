/** The audit log leaves the controller as a file, is checked without it, and one changed byte is found and named. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bulkhead, data } from "./system.ts";

interface Verdict {
  ok: boolean;
  count: number;
  seq: number;
  line: number;
  reason: string;
}

async function verify(file: string): Promise<Verdict> {
  return JSON.parse((await bulkhead("--json", "audit", "verify", file)).stdout) as Verdict;
}

describe.skipIf(data === "").each(["ndjson", "csv"])("audit export as %s", (format) => {
  const directory = mkdtempSync(join(tmpdir(), "bulkhead-audit-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  it("verifies offline; with one byte changed the record is named", async () => {
    const file = join(directory, `audit.${format}`);
    const exported = await bulkhead("audit", "export", "--format", format, "--output", file);
    expect(exported.stderr + exported.code).toBe("0");
    const verdict = await verify(file);
    expect(verdict.ok).toBe(true);
    expect(verdict.count).toBeGreaterThan(6);

    const text = readFileSync(file, "utf8");
    const at = text.indexOf("node.enrol");
    expect(at).toBeGreaterThan(0);
    writeFileSync(file, `${text.slice(0, at)}m${text.slice(at + 1)}`);
    const line = text.slice(0, at).split("\n").length;
    const broken = await verify(file);
    console.log(
      `${format}: ${verdict.count} records intact; after one byte: record ${broken.seq} (line ${broken.line}): ${broken.reason}`,
    );
    expect(broken.ok).toBe(false);
    expect(broken.line).toBe(line);
    expect(broken.seq).toBeGreaterThan(0);
  });
});
