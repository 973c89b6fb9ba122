/** The running nft itself: what it is asked it answers, also over the end of one process and the start of the next. */
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { InteractiveNft } from "./nft-shell.ts";

let shell: InteractiveNft | null = null;
afterEach(() => shell?.close());

const isRunning = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

test("a process that has read many lines is replaced, and no answer is lost", async () => {
  shell = new InteractiveNft(5_000, 20);
  const pids = new Set<number>();
  for (let round = 0; round < 30; round += 1) {
    expect(await shell.request(["describe ip ttl"])).toContain("payload expression");
    if (shell.pid !== undefined) pids.add(shell.pid);
  }
  // Two lines for each request: ten requests to a life.
  expect(pids.size).toBe(3);
  await expect.poll(() => [...pids].filter(isRunning)).toEqual([shell.pid]);
});

test("one that still works is not replaced under its work", async () => {
  const one = new InteractiveNft(5_000, 4);
  shell = one;
  const answers = ["ip ttl", "ip saddr", "tcp dport", "udp dport", "meta iif"].map((what) =>
    one.request([`describe ${what}`]),
  );
  const { pid } = shell;
  expect(await Promise.all(answers)).toHaveLength(5);
  expect(shell.pid).toBe(pid);
  await shell.request(["describe ip ttl"]);
  expect(shell.pid).not.toBe(pid);
});
