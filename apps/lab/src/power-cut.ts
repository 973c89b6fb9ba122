/**
 * What a node had not yet brought to a shared disk is lost with its power. The kernel of this machine lives on and would
 * still write it, so the file system is stopped first, as it stands: what comes after is refused, what waits is dropped.
 */
import { readFile } from "node:fs/promises";
import { run } from "./run.ts";

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH (linux/fs/ext4/ext4.h): not even the journal is written out. */
const stopFileSystems = `my ($top, $how) = (undef, pack("L", 2));
for (@ARGV) {
  open($top, "<", $_) && defined(ioctl($top, 0x8004587d, $how)) or warn "$_: $!\\n";
}`;

/** Stops the shared file systems that the node of first process `pid` has mounted. Says on standard error when it cannot. */
export async function loseUnwritten(pid: number): Promise<void> {
  const table = await readFile(`/proc/${pid}/mounts`, "utf8").catch(() => "");
  const mounts = table.split("\n").flatMap((line) => {
    const [device = "", mount = ""] = line.split(" ");
    return device.includes("/bulkhead-lab-") ? [mount] : [];
  });
  if (mounts.length === 0) return;
  const inside = ["nsenter", "-t", String(pid), "-m", "--"];
  const { code, stderr } = await run([...inside, "perl", "-e", stopFileSystems, ...mounts]);
  if (code !== 0 || stderr !== "")
    console.error(`Nothing is lost with this power cut: ${stderr.trim() || `perl ended with ${code}`}`);
}
