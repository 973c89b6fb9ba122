/**
 * A long-lived `nft -i`: starting a process for every change or reading would cost ten times as much. A shell that dies or does not answer is replaced with the next request, and one that has read many lines
 * before that: nft keeps every line as history and looks through it at each further one, without a bound.
 */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { startInteractiveNft } from "./tool.ts";

/** `describe` asks the kernel nothing and always prints one line: the mark behind the answer to a request. */
const endRequest = "describe meta mark";
const endAnswer = /^meta expression, datatype mark .*\n/m;

/**
 * After so many lines a new process takes over. Measured with nft 1.0.6: a renewal of the lease costs twice the processor time after
 * 12,000 lines, twelve times after 72,000 (an hour of renewals at `fast`, where nft has to do them), and each line stays in memory.
 */
const linesOfOneLife = 2_500;

export interface NftShell {
  /** Lines in, printed text out (errors included). Rejects when there is no answer within the limit. */
  request(lines: readonly string[]): Promise<string>;
  /** Ends the process; a later request starts another. */
  close(): void;
}

interface Waiting {
  resolve(text: string): void;
  reject(error: Error): void;
  limit: NodeJS.Timeout;
}

export class InteractiveNft implements NftShell {
  readonly #limitMs: number;
  readonly #linesOfOneLife: number;
  #child: ChildProcessWithoutNullStreams | null = null;
  #lineCount = 0;
  #text = "";
  #waiting: Waiting[] = [];

  /** `limitMs`: for an answer. `lines`: after which a process is replaced. */
  constructor(limitMs = 1_000, lines = linesOfOneLife) {
    this.#limitMs = limitMs;
    this.#linesOfOneLife = lines;
  }

  /** Process id while it runs, for tests. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  request(lines: readonly string[]): Promise<string> {
    // Not while it works: two processes would not keep the order of what they are told.
    if (this.#lineCount >= this.#linesOfOneLife && this.#waiting.length === 0) this.close();
    const child = this.#child ?? this.#start();
    this.#lineCount += lines.length + 1;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => this.#end(child, "nft does not answer"), this.#limitMs);
      this.#waiting.push({ resolve, reject, limit });
      child.stdin.write(`${lines.join("\n")}\n${endRequest}\n`);
    });
  }

  close(): void {
    if (this.#child) this.#end(this.#child, "closed");
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = startInteractiveNft();
    this.#child = child;
    this.#lineCount = 0;
    this.#text = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.#hear(child, text));
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => this.#end(child, error.message));
    child.on("close", () => this.#end(child, "nft ended"));
    return child;
  }

  #hear(child: ChildProcessWithoutNullStreams, text: string): void {
    if (child !== this.#child) return;
    this.#text += text;
    for (let end = endAnswer.exec(this.#text); end; end = endAnswer.exec(this.#text)) {
      const answer = this.#text.slice(0, end.index);
      this.#text = this.#text.slice(end.index + end[0].length);
      const waiting = this.#waiting.shift();
      clearTimeout(waiting?.limit);
      waiting?.resolve(answer);
    }
  }

  #end(child: ChildProcessWithoutNullStreams, cause: string): void {
    if (child !== this.#child) return;
    this.#child = null;
    child.stdin.destroy();
    child.kill("SIGKILL");
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject, limit } of waiting) {
      clearTimeout(limit);
      reject(new Error(`No answer from the running nft: ${cause}.`));
    }
  }
}
