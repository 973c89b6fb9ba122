/** Progress on the terminal: one line per step with its time, and one clear sentence when something cannot go on. */

/** A problem that the admin can cure. Printed as it is, without a stack; the exit code is not 0. */
export class Halt extends Error {
  /** @param {string} problem what is wrong, one sentence  @param {string} cure what to do now */
  constructor(problem, cure, exitCode = 1) {
    super(`${problem} ${cure}`.trim());
    this.exitCode = exitCode;
  }
}

const isTerminal = process.stderr.isTTY === true;

/**
 * Runs one step and prints its name and time. `run` gets `note(text)` for what is worth adding to the line.
 * @template T
 * @param {string} title
 * @param {(note: (text: string) => void) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function step(title, run) {
  const begin = performance.now();
  let added = "";
  if (isTerminal) process.stderr.write(`  …  ${title}`);
  const line = (mark) => {
    const time = `${((performance.now() - begin) / 1000).toFixed(1)} s`.padStart(7);
    process.stderr.write(
      `${isTerminal ? "\r\x1b[K" : ""}  ${mark} ${time}  ${title}${added ? ` (${added})` : ""}\n`,
    );
  };
  try {
    const result = await run((text) => {
      added = text;
    });
    line("✓");
    return result;
  } catch (error) {
    line("✗");
    throw error;
  }
}

/** A remark between steps. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Prints a failure the way an admin wants to read it and returns the exit code. */
export function report(error) {
  if (error instanceof Halt) {
    say(`\n${error.message}`);
    return error.exitCode;
  }
  say(`\n${error?.stack ?? error}`);
  return 1;
}
