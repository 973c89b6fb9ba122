/** The ledger on a disk that is almost full, which takes a part of a file without complaint. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("./testing/full-disk-program.ts", import.meta.url));
const namespace = process.getuid?.() === 0 ? "-m" : "-Urm";
const onSmallDisk = (command: string) =>
  spawnSync("unshare", [namespace, "sh", "-c", `mount -t tmpfs -o size=1m none /mnt && ${command}`], {
    encoding: "utf8",
  });
const isPossible = onSmallDisk("true").status === 0;

test.skipIf(!isPossible)(
  "an entry for which there is no room is refused, and the one before it stays good",
  () => {
    const { stdout, stderr } = onSmallDisk(`exec "${process.execPath}" "${program}"`);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      outcome: expect.stringContaining("no space left on device"),
      entry: { kind: "good", value: { text: "small" } },
    });
  },
);
