/**
 * Asks the segment for VIPs, again and again: a running `ip` that reads lines, since to start one for each question costs an agent
 * more than all its questions.
 */
import type { ChildProcess } from "node:child_process";
import { askLines } from "./presence.ts";
import { startBatch } from "./tool.ts";

export class Asker {
  #child: ChildProcess | null = null;

  /** Lets others learn who has the VIPs, or answer that they have one too. A loss is no failure: the next asking follows. */
  ask(interfaceName: string, vips: readonly string[]): void {
    this.#child ??= this.#start();
    this.#child.stdin?.write(`${askLines(interfaceName, vips).join("\n")}\n`);
  }

  /** A later question starts another process. */
  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  #start(): ChildProcess {
    const child = startBatch();
    const forget = (): void => {
      if (this.#child === child) this.#child = null;
    };
    child.on("error", forget).on("close", forget);
    child.stdin?.on("error", forget);
    return child;
  }
}
