/** Questions to the person at the terminal. */
import readline from "node:readline/promises";

export const canAsk = () => process.stdin.isTTY === true;

/** The answer, trimmed. Ctrl-C at the question is Ctrl-C for the whole program. */
export async function ask(question) {
  const dialog = readline.createInterface({ input: process.stdin, output: process.stderr });
  dialog.on("SIGINT", () => {
    process.stderr.write("\n");
    process.kill(process.pid, "SIGINT");
  });
  const answer = await dialog.question(question);
  dialog.close();
  return answer.trim();
}
