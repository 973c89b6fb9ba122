/** Our tables in the kernel: brought from one ruleset to the next in one transaction. */
import type { NftShell } from "./nft-shell.ts";
import { renderRemoval } from "./ruleset/render.ts";
import { scriptFor } from "./ruleset/script.ts";
import { type Ruleset, tableName } from "./ruleset/table.ts";
import { complaint, runTool } from "./tool.ts";

export class Tables {
  readonly #shell: NftShell;
  /** What the kernel holds as far as we know; null = unknown or nothing, so that a change starts anew. */
  #current: Ruleset | null = null;

  constructor(shell: NftShell) {
    this.#shell = shell;
  }

  get current(): Ruleset | null {
    return this.#current;
  }

  /** What an earlier process has left, so that counters and remembered clients outlive it. */
  adopt(existing: Ruleset | null): void {
    this.#current = existing;
  }

  /** True when something had to be changed. Rejects when the kernel refuses it; all is as before then. */
  async change(wanted: Ruleset): Promise<boolean> {
    const before = this.#current;
    if (before) {
      const lines = scriptFor(before, wanted);
      if (lines.length === 0) return false;
      if (await this.#tryShell(lines)) {
        this.#current = wanted;
        return true;
      }
    }
    // Something is not as we thought: all anew.
    const result = await runTool("nft", ["-f", "-"], { input: `${scriptFor(null, wanted).join("\n")}\n` });
    if (result.status !== 0) throw new Error(`nft rejects the ruleset: ${complaint(result)}`);
    this.#current = wanted;
    return true;
  }

  /** Whether the rules that `wanted` signs are still in the kernel. An nft that does not answer: no; what follows then tells why. */
  async isIntact(): Promise<boolean> {
    const signed = (this.#current ?? []).flatMap((table) =>
      table.chains
        .filter(({ hook }) => hook !== null)
        .map(({ name }) => ({
          list: `list chain ${table.family} ${tableName} ${name}`,
          signature:
            table.rules.find(({ chain }) => chain === name)?.text.match(/comment "[^"]*"$/)?.[0] ?? "",
        })),
    );
    if (signed.length === 0) return false;
    for (const { list, signature } of signed) {
      const text = await this.#shell.request([list]).catch(() => "");
      if (!text.includes(signature)) return false;
    }
    return true;
  }

  async remove(): Promise<void> {
    this.#current = null;
    const result = await runTool("nft", ["-f", "-"], { input: renderRemoval() });
    if (result.status !== 0) throw new Error(`nft cannot remove the tables: ${complaint(result)}`);
  }

  /** One line is one transaction. It prints nothing when it succeeds. */
  async #tryShell(lines: readonly string[]): Promise<boolean> {
    try {
      return (await this.#shell.request([lines.join("; ")])).trim() === "";
    } catch {
      return false;
    }
  }
}
