/** The alert program itself, run as the engine runs it, and the spool behind it. */
import { spawn, spawnSync } from "node:child_process";
import {
  appendFile,
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { alertPathsIn, installAlerts, removeAlerts } from "./alert-agent.ts";
import { createAlertSpool } from "./alert-spool.ts";

async function bench() {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-alerts-"));
  const paths = alertPathsIn(join(directory, "bulkhead"));
  await mkdir(join(directory, "cib"));
  await installAlerts(paths);
  let nowMs = 10_000;
  return {
    directory,
    paths,
    spool: createAlertSpool(paths.spool, () => nowMs),
    pass: (ms: number) => {
      nowMs += ms;
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

const alert = (sequence: number, changes: Record<string, string> = {}) => ({
  PATH: "/usr/bin:/bin",
  CRM_alert_timestamp: "1795402273.347196",
  CRM_alert_kind: "resource",
  CRM_alert_node_sequence: String(sequence),
  CRM_alert_node: "n1",
  CRM_alert_rsc: "sql.app",
  CRM_alert_task: "stop",
  CRM_alert_rc: "0",
  CRM_alert_status: "0",
  CRM_alert_desc: "ok",
  ...changes,
});
type Paths = ReturnType<typeof alertPathsIn>;
const tell = (paths: Paths, sequence: number, changes: Record<string, string> = {}) =>
  spawnSync(paths.script, { env: { ...alert(sequence, changes), CRM_alert_recipient: paths.spool } });

it("tells an event with everything that the engine says of it", async () => {
  await using it = await bench();
  expect(tell(it.paths, 25, { CRM_alert_desc: "not\trunning\n* here" }).status).toBe(0);
  expect(await it.spool.take()).toEqual({
    alerts: [
      {
        at: 1795402273347,
        kind: "resource",
        sequence: 25,
        node: "n1",
        resource: "sql.app",
        task: "stop",
        rc: 0,
        status: 0,
        text: "not running * here",
      },
    ],
    isIncomplete: false,
  });
  expect((await it.spool.take()).alerts).toEqual([]);
});

it("loses nothing of many programs that write while it reads", async () => {
  await using it = await bench();
  const writers = Array.from({ length: 120 }, (_, index) => index + 1).map(
    (sequence) =>
      new Promise((resolve) => {
        const env = { ...alert(sequence), CRM_alert_recipient: it.paths.spool };
        spawn(it.paths.script, { env, stdio: "ignore" }).on("close", resolve);
      }),
  );
  const seen: number[] = [];
  const done = Promise.all(writers);
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  while (!isDone) {
    it.pass(500);
    seen.push(...(await it.spool.take()).alerts.map(({ sequence }) => sequence));
  }
  for (let round = 0; round < 3; round += 1) {
    it.pass(3000);
    seen.push(...(await it.spool.take()).alerts.map(({ sequence }) => sequence));
  }
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
});

it("exchanges a spool that has grown, and still reads who writes to the old one late", async () => {
  await using it = await bench();
  const line = (sequence: number) =>
    `1\t1795402273.3\tnode\t${sequence}\tn1\t\t\t\t\t${"lost".padEnd(300)}\n`;
  const all = Array.from({ length: 300 }, (_, index) => line(index + 1)).join("");
  it.pass(2500);
  await it.spool.take();
  await writeFile(it.paths.spool, all);
  const late = await open(it.paths.spool, "a");
  expect((await it.spool.take()).alerts).toHaveLength(300);
  expect(await readdir(it.paths.directory)).toEqual(["alert", "events.former"]);
  tell(it.paths, 302);
  await late.write(line(301));
  await late.close();
  expect((await it.spool.take()).alerts.map(({ sequence }) => sequence).sort()).toEqual([301, 302]);
  it.pass(2500);
  expect(await it.spool.take()).toEqual({ alerts: [], isIncomplete: false });
  expect(await readdir(it.paths.directory)).toEqual(["alert", "events"]);
});

it("reads again after a restart what it may have missed, and no half lines", async () => {
  await using it = await bench();
  tell(it.paths, 1);
  await it.spool.take();
  await appendFile(it.paths.spool, "1\t1795402274.3\tnode\t2\tn1");
  expect((await it.spool.take()).alerts).toEqual([]);
  await appendFile(it.paths.spool, "\t\t\t\t\tlost\n");
  expect((await it.spool.take()).alerts.map(({ sequence }) => sequence)).toEqual([2]);
  const next = createAlertSpool(it.paths.spool, () => 0);
  expect((await next.take()).alerts.map(({ sequence }) => sequence)).toEqual([1, 2]);
});

it("stops at its limit instead of filling the disk, and the engine sees no harm", async () => {
  await using it = await bench();
  await writeFile(it.paths.spool, "x".repeat(2 * 1024 * 1024 - 10));
  tell(it.paths, 7);
  expect((await stat(it.paths.spool)).size).toBe(2 * 1024 * 1024);
  expect(tell(it.paths, 8).status).toBe(1);
  expect((await stat(it.paths.spool)).size).toBe(2 * 1024 * 1024);
  expect(await it.spool.take()).toMatchObject({ isIncomplete: true });
  expect(await it.spool.take()).toMatchObject({ isIncomplete: false });
});

it("does not follow a link, and passes over what it cannot read", async () => {
  await using it = await bench();
  const secret = join(it.directory, "secret");
  await writeFile(secret, "1\t1\tnode\t1\tn1\t\t\t\t\tlost\n");
  await symlink(secret, `${it.paths.spool}`);
  expect(await it.spool.take()).toEqual({ alerts: [], isIncomplete: false });
  expect(await readFile(secret, "utf8")).toContain("lost");
  await rm(it.paths.spool, { force: true });
  await writeFile(it.paths.spool, "2\tnew form\n\n1\tnever\tnode\t1\tn1\t\t\t\t\tlost\n");
  expect((await it.spool.take()).alerts).toEqual([]);
});

it.runIf(process.getuid?.() === 0)(
  "gives the directory to the user of the engine, and to nobody else",
  async () => {
    await using it = await bench();
    await chown(join(it.directory, "cib"), 1234, 5678);
    await installAlerts(it.paths);
    const { uid, gid, mode } = await stat(it.paths.directory);
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 1234, gid: 5678, mode: 0o750 });
  },
);

it("installs nothing where there is no Pacemaker, and removes all of it", async () => {
  await using it = await bench();
  expect(await installAlerts(alertPathsIn(join(it.directory, "no/such")))).toBe(false);
  await mkdir(it.paths.directory, { recursive: true });
  await removeAlerts(it.paths);
  expect(await readdir(it.directory)).toEqual(["cib"]);
});
