/** The machine on which a figure was measured: without it a number means nothing. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";

export interface Facts {
  at: string;
  cpu: string;
  cores: number;
  memoryMb: number;
  kernel: string;
  nft: string;
  node: string;
  /** Load of the last minute when the run began: others may have used the machine. */
  load: number;
  /** Versions of the programs that ours is measured against, when they are there. */
  others: Record<string, string>;
}

/** First line of what a program says about its version; "" when it is not there. */
function versionOf(program: string, ...args: string[]): string {
  try {
    const command = `${program} ${args.join(" ")} 2>&1`;
    return execFileSync("sh", ["-c", command], { encoding: "utf8" }).split("\n")[0]?.trim() ?? "";
  } catch (error) {
    // wrk ends with a code other than 0 after telling its version.
    const { stdout } = error as { stdout?: string };
    const line = stdout?.split("\n")[0]?.trim() ?? "";
    return line.includes("not found") ? "" : line;
  }
}

/** Facts of this machine, now. */
export function machineFacts(): Facts {
  const others = {
    keepalived: versionOf("keepalived", "--version"),
    haproxy: versionOf("haproxy", "-v"),
    iptables: versionOf("iptables", "--version"),
    nginx: versionOf("nginx", "-v"),
    wrk: versionOf("wrk", "-v"),
  };
  return {
    at: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 1e6),
    kernel: release(),
    nft: versionOf("nft", "--version"),
    node: process.version,
    load: loadavg()[0] ?? 0,
    others: Object.fromEntries(Object.entries(others).filter(([, version]) => version !== "")),
  };
}

/** Packets that the kernel has thrown away because a receive queue was full, on all processors together. */
export function backlogDrops(): number {
  const lines = readFileSync("/proc/net/softnet_stat", "utf8").trim().split("\n");
  return lines.reduce((sum, line) => sum + Number.parseInt(line.split(/\s+/)[1] ?? "0", 16), 0);
}
