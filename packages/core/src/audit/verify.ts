/**
 * Checks an export file offline, in constant memory: every row must be spelled as this package spells it, follow the row
 * before it, and the seal must be there and fit. The first bad record is named by line and number.
 */
import {
  type ChainFault,
  type ChainVerdict,
  checkEnd,
  checkLink,
  type ExpectedHead,
  genesisHash,
  type VerifyOptions,
} from "./chain.ts";
import {
  type ExportFormat,
  headerRow,
  parseRecordRow,
  parseSealRow,
  recordRow,
  rowEnd,
  sealRow,
} from "./export.ts";

/** Where the check stands. Line is the last line read, counted as an editor counts. */
interface Progress {
  format: ExportFormat | null;
  line: number;
  /** Line on which the present row ends; a CSV cell may hold line breaks. */
  nextLine: number;
  previous: ExpectedHead;
  sealed: boolean;
}

/** Chunks may be cut anywhere. The format is seen from the first row. */
export async function verifyExport(
  chunks: AsyncIterable<string> | Iterable<string>,
  options: VerifyOptions,
): Promise<ChainVerdict> {
  const progress: Progress = {
    format: null,
    line: 0,
    nextLine: 1,
    previous: { seq: 0, hash: genesisHash },
    sealed: false,
  };
  let rest = "";
  for await (const chunk of chunks) {
    rest += chunk;
    for (let row = cutRow(rest); row; row = cutRow(rest)) {
      rest = rest.slice(row.length);
      const reason = takeRow(progress, row, options);
      if (reason) return fault(progress, reason);
    }
  }
  return finish(progress, rest, options);
}

/** The next complete row with its end, or null. A line feed inside quotes (an odd number of them so far) does not end a row. */
function cutRow(text: string): string | null {
  let quotes = 0;
  const csv = !text.startsWith("{");
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (csv && character === '"') quotes++;
    if (character === "\n" && quotes % 2 === 0) return text.slice(0, at + 1);
  }
  return null;
}

/** Null when the row is good. */
function takeRow(progress: Progress, rowWithEnd: string, options: VerifyOptions): string | null {
  progress.line = progress.nextLine;
  progress.nextLine += rowWithEnd.split("\n").length - 1;
  if (progress.sealed) return "there is something after the seal";
  if (progress.format === null) return takeHeader(progress, rowWithEnd);
  const end = rowEnd(progress.format);
  const row = rowWithEnd.slice(0, -end.length);
  if (!rowWithEnd.endsWith(end)) return "the row does not end as it was written";
  const seal = parseSealRow(progress.format, row);
  return seal ? takeSeal(progress, row, options) : takeRecord(progress, row, options);
}

function takeHeader(progress: Progress, rowWithEnd: string): string | null {
  const formats: ExportFormat[] = ["csv", "ndjson"];
  progress.format = formats.find((format) => rowWithEnd === headerRow(format) + rowEnd(format)) ?? null;
  return progress.format ? null : "the first row is not the header of an audit export, or it was changed";
}

function takeRecord(progress: Progress, row: string, { sha256 }: VerifyOptions): string | null {
  const format = progress.format ?? "ndjson";
  const wanted = progress.previous.seq + 1;
  const record = parseRecordRow(format, row);
  if (!record) return `record ${wanted} was changed: the row cannot be read`;
  const reason =
    spelling(() => recordRow(format, record), row) ?? checkLink(record, progress.previous, sha256);
  if (reason) return reason === misspelled ? `record ${wanted} was changed: ${reason}` : reason;
  progress.previous = record;
  return null;
}

function takeSeal(progress: Progress, row: string, { sha256 }: VerifyOptions): string | null {
  const format = progress.format ?? "ndjson";
  const seal = parseSealRow(format, row);
  if (!seal || spelling(() => sealRow(format, seal, sha256), row)) return "the seal was changed";
  const reason = checkEnd(progress.previous, { seq: seal.count, hash: seal.head });
  progress.sealed = true;
  return reason;
}

const misspelled = "the row is not spelled as it was written";

/** Rendering a row that was read from a changed file may itself fail (a date that is none). */
function spelling(render: () => string, row: string): string | null {
  try {
    return render() === row ? null : misspelled;
  } catch {
    return misspelled;
  }
}

function finish(progress: Progress, rest: string, options: VerifyOptions): ChainVerdict {
  progress.line = progress.nextLine;
  if (rest !== "") return fault(progress, "the last row is not complete: the file was cut off");
  if (!progress.sealed) return fault(progress, "the seal is missing: the file was cut off");
  const reason = checkEnd(progress.previous, options.expectHead);
  return reason
    ? fault(progress, reason)
    : { ok: true, count: progress.previous.seq, head: progress.previous.hash };
}

function fault(progress: Progress, reason: string): ChainFault {
  return { ok: false, seq: progress.previous.seq + 1, line: progress.line, reason };
}
