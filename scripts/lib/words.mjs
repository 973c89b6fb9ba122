/** The words behind a command: its options, read the same way by every script. */
import { parseArgs } from "node:util";
import { Halt } from "./steps.mjs";

/**
 * Throws a Halt with exit code 2 for what cannot be meant.
 * @param {import("node:util").ParseArgsConfig["options"]} options
 * @param {string} usage  shown with the refusal
 * @param {string[]} [words]  default: the program's own
 */
export function readWords(options, usage, words) {
  try {
    return parseArgs({ args: words, options }).values;
  } catch (error) {
    throw new Halt(`${String(error.message).split(". ")[0].replace(/\.$/, "")}.`, `\n\n${usage}`, 2);
  }
}

/** As `readWords`; ends the program after the usage when that was asked for. `options` must have `help`. */
export function readWordsOrHelp(options, usage, words) {
  const values = readWords(options, usage, words);
  if (!values.help) return values;
  process.stdout.write(usage);
  return process.exit(0);
}
