/** `bulkhead mscs validate|validations`: the Test-Cluster of this product. */
import fs from "node:fs";
import type { ValidationReport, ValidationTest } from "@bulkhead/core/mscs";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { print, table } from "../../output.ts";
import type { Session } from "../../session.ts";

export function addValidate(mscs: Command, session: Session): void {
  mscs
    .command("validate")
    .description(
      "test inventory, network, storage and configuration of a pair; exit code 1 when a test fails",
    )
    .argument("<pair>")
    .option("--plan <id>", "the pair as this plan wants it, before it is applied")
    .option("--html <file>", "also write the report as a page (the file must not exist yet)")
    .action(async (cluster: string, { plan, html }: { plan?: string; html?: string }) => {
      const report = await session.api().mscs.validate.mutate({ cluster, planId: plan ?? null });
      print(session.json(), report, reportText);
      if (html !== undefined) await writePage(session, report.id, html);
      if (report.result === "fail") process.exitCode = 1;
    });
  mscs
    .command("validations")
    .description("the kept reports, newest first")
    .argument("[pair]")
    .action(async (cluster?: string) => {
      const rows = await session.api().mscs.validations.query({ cluster: cluster ?? null });
      print(session.json(), rows, listText);
    });
}

async function writePage(session: Session, id: string, file: string): Promise<void> {
  const { url, token } = session.connection();
  const answer = await fetch(`${url}/api/validation/${id}.html`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Failure(`The controller did not give the page (${answer.status}).`);
  try {
    fs.writeFileSync(file, await answer.text(), { flag: "wx" });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "error";
    throw new Failure(`The page cannot be written to ${file} (${code}).`);
  }
  if (!session.json()) process.stdout.write(`Written to ${file}.\n`);
}

const marks: Record<ValidationTest["result"], string> = {
  pass: "pass   ",
  warning: "WARNING",
  fail: "FAIL   ",
  skipped: "skipped",
};

export function reportText({ pair, nodes, result, tests, at, by }: ValidationReport): string {
  const count = (wanted: ValidationTest["result"]) => tests.filter((test) => test.result === wanted).length;
  const categories = [...new Set(tests.map(({ category }) => category))];
  const lines = categories.flatMap((category) => [
    `\n${category}`,
    ...tests.filter((test) => test.category === category).flatMap(testLines),
  ]);
  return [
    `${pair} (${nodes.join(", ")}): ${result}, tested ${new Date(at).toISOString()} by ${by}`,
    `${count("pass")} passed, ${count("warning")} with a warning, ${count("fail")} failed, ${count("skipped")} skipped`,
    ...lines,
  ].join("\n");
}

function testLines({ result, title, found, cure, node }: ValidationTest): string[] {
  const where = node === null ? "" : ` on ${node}`;
  const head = `  ${marks[result]}  ${title}${where}`;
  if (result === "pass") return [head];
  const indent = (text: string) => text.replaceAll("\n", "\n           ");
  return [
    head,
    `           ${indent(found)}`,
    ...(cure === null ? [] : [`           cure: ${indent(cure)}`]),
  ];
}

function listText(rows: readonly ValidationReport[]): string {
  if (rows.length === 0) return "No pair has been validated yet (bulkhead mscs validate PAIR).";
  return table(
    ["tested", "pair", "result", "by", "plan", "id"],
    rows.map(({ at, pair, result, by, planHash, id }) => [
      new Date(at).toISOString(),
      pair,
      result,
      by,
      planHash?.slice(0, 12) ?? "-",
      id,
    ]),
  );
}
