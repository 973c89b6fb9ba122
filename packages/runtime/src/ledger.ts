/**
 * A small file that must survive a crash at any instant: the node's identity, its last good policy. A write
 * goes to a temporary file, is flushed, and takes the name in one step; the former copy stays beside it. A file
 * that is torn all the same (bad disk, edited by hand) is recognised by its digest and never half believed.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { type Parsed, parsed, unreadable } from "@bulkhead/protocol";

export type LedgerEntry<T> =
  | { kind: "absent" }
  | { kind: "good"; value: T }
  /** The file is not usable. `lastGood` is the copy before it, if that can still be read. */
  | { kind: "torn"; problem: string; lastGood: T | null };

export interface Ledger<T> {
  readonly path: string;
  read(): LedgerEntry<T>;
  /** Durable when it returns. Throws what the file system throws (disk full, read-only). */
  write(value: T): void;
  /** Both copies; absent is success. */
  remove(): void;
}

/** `parse` checks the shape of what the file holds; the ledger itself checks that it is whole. */
export function createLedger<T>(path: string, parse: (plain: unknown) => Parsed<T>): Ledger<T> {
  return {
    path,
    read: () => readEntry(path, parse),
    write: (value) => writeWhole(path, sealText(value)),
    remove: () => {
      for (const copy of [path, formerPath(path)]) rmSync(copy, { force: true });
    },
  };
}

function readEntry<T>(path: string, parse: (plain: unknown) => Parsed<T>): LedgerEntry<T> {
  const text = readIfThere(path);
  if (text === null) return { kind: "absent" };
  const entry = openText(text, parse);
  if (entry.ok) return { kind: "good", value: entry.value };
  const former = readIfThere(formerPath(path));
  const lastGood = former === null ? null : openText(former, parse);
  return {
    kind: "torn",
    problem: `${path} is damaged (${entry.problem}) and is not used.`,
    lastGood: lastGood?.ok ? lastGood.value : null,
  };
}

/** First line: hex SHA-256 of the rest. */
function sealText(value: unknown): string {
  const body = `${JSON.stringify(value, null, 1)}\n`;
  return `${digest(body)}\n${body}`;
}

function openText<T>(text: string, parse: (plain: unknown) => Parsed<T>): Parsed<T> {
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  if (end < 0 || text.slice(0, end) !== digest(body)) return unreadable("its digest does not match");
  try {
    return parse(JSON.parse(body));
  } catch {
    return unreadable("it is not JSON");
  }
}

function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  const file = openSync(fresh, "wx", 0o600);
  try {
    // All of it or an error: a disk that is almost full takes a part of one call without a word.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  keepFormer(path);
  renameSync(fresh, path);
  flushDirectory(dirname(path));
}

/** A second name for the present file; the rename then takes the first name away from it. */
function keepFormer(path: string): void {
  rmSync(formerPath(path), { force: true });
  try {
    linkSync(path, formerPath(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function flushDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function formerPath(path: string): string {
  return `${path}.former`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** For ledgers whose content needs no check beyond being whole, in tests. */
export function anything<T>(plain: unknown): Parsed<T> {
  return parsed(plain as T);
}
