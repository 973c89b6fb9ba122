/**
 * A file that says which process holds something, and which processes it started. What a killed holder left behind is found
 * by the next one, and nothing else ever is.
 */
import fs from "node:fs";
import { isAlive, processMark } from "./processes.mjs";

export class Lock {
  #file;
  #state = null;

  constructor(file) {
    this.#file = file;
  }

  /**
   * Takes the lock unless a living process has it. `heldBy`: what that one wrote, or null when the lock is ours now;
   * `left`: processes of a holder that died, still running. Throws the system's error when the file cannot be written.
   */
  take() {
    this.#state = { start: processMark(process.pid), children: [], url: null };
    for (;;) {
      if (this.#create()) return { heldBy: null, left: [] };
      const stale = this.#moveAway();
      if (stale === null) continue;
      if (isAlive(stale.start)) return { heldBy: this.#forget(stale), left: [] };
      if (this.#create()) return { heldBy: null, left: (stale.children ?? []).filter(isAlive) };
    }
  }

  adopt(pid) {
    this.#state.children.push(processMark(pid));
    this.#write();
  }

  announce(url) {
    this.#state.url = url;
    this.#write();
  }

  /** Does nothing when the lock is not ours. */
  release() {
    if (this.#state === null) return;
    this.#state = null;
    fs.rmSync(this.#file, { force: true });
  }

  #forget(holder) {
    this.#state = null;
    return holder;
  }

  /** A link appears at once with all its content and never replaces another: of two that try, one wins. */
  #create() {
    const temporary = `${this.#file}.${process.pid}`;
    fs.writeFileSync(temporary, JSON.stringify(this.#state), { mode: 0o600 });
    try {
      fs.linkSync(temporary, this.#file);
      return true;
    } catch (error) {
      if (error.code === "EEXIST") return false;
      throw error;
    } finally {
      fs.rmSync(temporary, { force: true });
    }
  }

  /** Reads what is there and, if its writer is dead, takes it away. Null: it went by itself meanwhile. */
  #moveAway() {
    const found = read(this.#file);
    if (found === null || isAlive(found.start)) return found;
    const aside = `${this.#file}.${process.pid}.old`;
    try {
      fs.renameSync(this.#file, aside);
    } catch {
      return null;
    }
    const moved = read(aside);
    // Between the look and the move another one may have taken it: that one gets it back.
    if (moved !== null && isAlive(moved.start)) fs.linkSync(aside, this.#file);
    fs.rmSync(aside, { force: true });
    return moved;
  }

  #write() {
    const temporary = `${this.#file}.${process.pid}`;
    fs.writeFileSync(temporary, JSON.stringify(this.#state), { mode: 0o600 });
    fs.renameSync(temporary, this.#file);
  }
}

/** Null when there is no such file; a file that nobody can read belongs to nobody. */
function read(file) {
  let text;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
  try {
    const state = JSON.parse(text);
    if (typeof state?.start?.pid === "number") return state;
  } catch {
    // Not ours, or cut off by a full disk.
  }
  return { start: { pid: 0, startTime: null }, children: [], url: null };
}
