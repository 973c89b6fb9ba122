/** The fault "disk full": takes what a file system has left, and gives it back. */
import type { RunResult } from "./run.ts";

/** Runs a command in a node. */
type Exec = (argv: string[], input?: string, timeoutMs?: number) => Promise<RunResult>;

const fileName = ".bulkhead-lab-fill";

/**
 * Space is reserved, not written: a full disk of the lab must not fill the machine's. The reserve that ext4 keeps for
 * root goes too, or services that run as root would not notice. Ends when not even one block is left.
 */
const fillScript = `
file="$1/${fileName}"
[ -d "$1" ] || { echo "There is no directory $1." >&2; exit 1; }
at=0 step=$((1024 * 1024 * 1024))
while [ "$step" -ge 4096 ]; do
  if fallocate --offset "$at" --length "$step" "$file" 2>/dev/null; then at=$((at + step)); else step=$((step / 2)); fi
done
stat -c %s "$file"
`;

/** Fills the file system below directory `path` of a node. Resolves with the bytes taken; rejects with why not. */
export async function fillDisk(exec: Exec, path: string): Promise<number> {
  const { code, stdout, stderr } = await exec(["sh", "-c", fillScript, "fill", path]);
  if (code !== 0) throw new Error(stderr.trim() || `${path} could not be filled.`);
  return Number(stdout.trim());
}

/** Gives back what was taken, on every file system of the node that is mounted now. */
export async function emptyDisks(exec: Exec): Promise<void> {
  const script = `for at in / /srv/* /tmp /run /var; do rm -f "$at/${fileName}"; done`;
  await exec(["sh", "-c", script]);
}
