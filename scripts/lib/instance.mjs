/** One running set-up per data directory: takes the directory, cleans up after a start that was killed, lets go of it. */
import fs from "node:fs";
import path from "node:path";
import { Lock } from "./lock.mjs";
import { endAll } from "./processes.mjs";
import { isOurs } from "./remove-data.mjs";
import { Halt, step } from "./steps.mjs";

/** The data directory as this program's own; refuses when another start holds it. */
export class Instance {
  #lock;
  #made = [];
  #isHeld = false;

  /** `graceMs`: the parts of a killed start end when its pipe closes; this long they get before they are told. */
  constructor(dataDir, { graceMs = 10_000 } = {}) {
    this.dataDir = dataDir;
    this.graceMs = graceMs;
    this.#lock = new Lock(path.join(dataDir, "start.json"));
  }

  /** Takes the directory, ends what a killed start left behind. */
  async claim() {
    const { heldBy, left } = this.#take();
    if (heldBy !== null) {
      const url = heldBy.url ? ` at ${heldBy.url}` : "";
      throw new Halt(
        `Bulkhead already runs from ${this.dataDir}${url} (process ${heldBy.start.pid}).`,
        "Use that one, stop it with Ctrl-C, or choose another directory with --data and another --port.",
      );
    }
    if (left.length > 0)
      await step("Clean up after a start that was killed", () => endAll(left, this.graceMs));
    this.#isHeld = true;
    this.#sweep();
  }

  adopt(pid) {
    this.#lock.adopt(pid);
  }

  announce(url) {
    this.#lock.announce(url);
  }

  /** Directories that were made for a start that came to nothing go again. */
  release() {
    if (this.#isHeld) this.#sweep();
    this.#isHeld = false;
    this.#lock.release();
    for (const directory of this.#made.splice(0).reverse()) {
      try {
        fs.rmdirSync(directory);
      } catch {
        // It holds something now: it stays.
      }
    }
  }

  /** Sockets and facts say that something runs: when nothing does, they go. */
  #sweep() {
    for (const name of ["controller.sock", "controller.json", "lab.sock", "lab.json"])
      fs.rmSync(path.join(this.dataDir, name), { force: true });
  }

  #take() {
    try {
      this.#makeDirectory();
      return this.#lock.take();
    } catch (error) {
      this.release();
      if (error instanceof Halt) throw error;
      const why = reasons[error.code] ?? error.message;
      throw new Halt(
        `The data directory ${this.dataDir} cannot be written: ${why}.`,
        "Choose another with --data, or correct its rights.",
      );
    }
  }

  /** Step by step: Node's own recursive way never comes back from places like /proc. */
  #makeDirectory() {
    const missing = [];
    for (let at = this.dataDir; !fs.existsSync(at); at = path.dirname(at)) missing.unshift(at);
    for (const directory of missing) {
      fs.mkdirSync(directory, { mode: 0o755 });
      this.#made.push(directory);
    }
    fs.accessSync(this.dataDir, fs.constants.W_OK);
    refuseForeignContent(this.dataDir);
  }
}

const reasons = {
  EACCES: "this user has no right to",
  EPERM: "this user has no right to",
  EROFS: "it is on a read-only file system",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of the path is a file",
  ENOENT: "no directory can be made there",
};

/** A mistyped --data must not scatter secrets and a database over somebody's home. */
function refuseForeignContent(directory) {
  const names = fs.readdirSync(directory).filter((name) => name !== "lost+found");
  if (names.length === 0 || names.some(isOurs)) return;
  throw new Halt(
    `${directory} holds other files (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}) and no data of Bulkhead.`,
    "Give --data an empty directory or one that does not exist yet.",
  );
}
