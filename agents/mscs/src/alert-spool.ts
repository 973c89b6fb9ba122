/**
 * Reads on in the spool that the alert program writes. When it has grown, it is renamed, read to its end, and removed a
 * little later, since a program that had opened it may still be writing; the next one makes a new file. The program leaves
 * a mark when it could not write: that is told, never passed over.
 */
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { type AlertEvent, readAlertLine } from "@bulkhead/core/mscs";

/** How long after the renaming a late writer is waited for. */
const lateMs = 2_000;
/** So large a file is exchanged for a new one: some 800 events, which a restarted agent reads again. */
const exchangeBytes = 64 * 1024;
/** The spool is cut at 2 MB by its writer; no more is ever read at once. */
const readMax = 4 * 1024 * 1024;

export interface AlertBatch {
  /** In order of time. */
  alerts: AlertEvent[];
  /** True when events could not be written down since the last batch. */
  isIncomplete: boolean;
}

export interface AlertSpool {
  /** What is new since the last call. Never rejects. */
  take(): Promise<AlertBatch>;
}

/** A file and how far it has been read. */
interface Reading {
  path: string;
  offset: number;
}

/** `nowMs` never goes back. */
export function createAlertSpool(spool: string, nowMs: () => number): AlertSpool {
  let present: Reading = { path: spool, offset: 0 };
  /** The file before, for late writers; of a life before at the start. */
  let former: (Reading & { atMs: number }) | null = { path: formerPath(spool), offset: 0, atMs: nowMs() };

  /** Everything that is new in the file before, and its end once nobody can be writing there any more. */
  async function readFormer(): Promise<string> {
    if (former === null) return "";
    const text = await readLines(former);
    if (nowMs() - former.atMs < lateMs) return text;
    await rm(former.path, { force: true }).catch(() => {});
    former = null;
    return text;
  }

  async function exchange(): Promise<void> {
    if (former !== null || present.offset < exchangeBytes) return;
    await rename(spool, formerPath(spool)).catch(() => {});
    former = { path: formerPath(spool), offset: present.offset, atMs: nowMs() };
    present = { path: spool, offset: 0 };
  }

  return {
    async take() {
      const text = (await readFormer()) + (await readLines(present));
      await exchange();
      const alerts = text
        .split("\n")
        .flatMap((line) => readAlertLine(line) ?? [])
        .sort((a, b) => a.at - b.at || a.sequence - b.sequence);
      return { alerts, isIncomplete: await takeMark(`${spool}.lost`) };
    },
  };
}

function formerPath(spool: string): string {
  return `${spool}.former`;
}

/** Whole lines only; the rest is read when its writer is done. A file that was cut or exchanged is read anew. */
async function readLines(reading: Reading): Promise<string> {
  const found = await readFrom(reading.path, reading.offset);
  if (found === null || found.size < reading.offset) {
    reading.offset = 0;
    return "";
  }
  const whole = found.text.slice(0, found.text.lastIndexOf("\n") + 1);
  reading.offset += Buffer.byteLength(whole);
  return whole;
}

/** Null if there is no such file. A link is not followed: the directory is another user's. */
async function readFrom(path: string, offset: number): Promise<{ text: string; size: number } | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(readMax, Math.max(0, size - offset)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return { text: buffer.subarray(0, bytesRead).toString("utf8"), size };
  } catch {
    return null;
  } finally {
    await file?.close().catch(() => {});
  }
}

/** True if the mark was there; it is removed. */
async function takeMark(path: string): Promise<boolean> {
  return rm(path).then(
    () => true,
    () => false,
  );
}
