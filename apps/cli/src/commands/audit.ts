/** `bulkhead audit export|verify`: the audit log as a file, and the check of such a file without any controller. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ChainVerdict, verifyExport } from "@bulkhead/core/audit";
import { type Command, Option } from "commander";
import { Failure } from "../failure.ts";
import { print } from "../output.ts";
import type { Session } from "../session.ts";

export function addAudit(program: Command, session: Session): void {
  const audit = program.command("audit").description("export and verify the audit log");
  audit
    .command("export")
    .description("write the whole audit log, sealed, to standard output or a file")
    .addOption(new Option("--format <format>").choices(["csv", "ndjson"]).default("ndjson"))
    .option("-o, --output <file>", "file to write (it must not exist yet)")
    .action((options: { format: string; output?: string }) => exportLog(session, options));
  audit
    .command("verify")
    .description("check an exported file offline; names the first bad record")
    .argument("<file>")
    .option(
      "--head <seq:hash>",
      "also expect this record at the end: finds a cut-off tail that was sealed again",
    )
    .action((file: string, options: { head?: string }) => verify(session, file, options.head));
}

async function exportLog(
  session: Session,
  { format, output }: { format: string; output?: string },
): Promise<void> {
  const { url, token } = session.connection();
  const address = `${url}/api/audit/export?format=${format}`;
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok || answer.body === null)
    throw new Failure(
      `The controller refused the export (${answer.status}): ${(await answer.text()).slice(0, 500)}`,
    );
  const source = Readable.fromWeb(answer.body);
  if (output === undefined) return pipeline(source, process.stdout, { end: false });
  await pipeline(source, fs.createWriteStream(output, { flags: "wx", mode: 0o600 }));
  print(
    session.json(),
    { file: output, format },
    () => `Written to ${output}. Check it with: bulkhead audit verify ${output}`,
  );
}

async function verify(session: Session, file: string, head: string | undefined): Promise<void> {
  if (!fs.existsSync(file)) throw new Failure(`There is no file ${file}.`, { exitCode: 2 });
  const chunks: AsyncIterable<string> = fs.createReadStream(file, { encoding: "utf8" });
  const options = { sha256: (text: string) => createHash("sha256").update(text).digest("hex") };
  const verdict = await verifyExport(
    chunks,
    head === undefined ? options : { ...options, expectHead: parseHead(head) },
  );
  print(session.json(), verdict, verdictText);
  if (!verdict.ok) process.exitCode = 1;
}

function parseHead(text: string): { seq: number; hash: string } {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new Failure("Give --head as seq:hash, as the audit page shows it.", { exitCode: 2 });
  return { seq: Number(seq), hash };
}

function verdictText(verdict: ChainVerdict): string {
  if (verdict.ok) return `Intact: ${verdict.count} records, head ${verdict.head}.`;
  return `NOT intact at record ${verdict.seq} (line ${verdict.line}): ${verdict.reason}.`;
}
